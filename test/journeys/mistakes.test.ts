import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

/** What people get wrong changes nothing, and the answer says what to do. */
const changesNothing = (transcript: string) => () => world.changesNothing(() => world.plays(transcript));

describe('a command that does not exist', () => {
  it(
    'is searched for, and a near one is offered',
    changesNothing(`
      Pia: /crm fnd ada
      Tieline: Warning: Nothing found for fnd ada in acme.
        Create a contact with /crm new contact
        Did you mean /crm find ada?

      Pia: /crm lnik acme/app#1 ada@example.com
      Tieline: Warning: Nothing found for lnik acme/app#1 ada@example.com in acme.
        Create a contact with /crm new contact
        Did you mean /crm link acme/app#1 ada@example.com?

      Pia: /crm New Contct Ada
      Tieline: Error: “New” needs one more word, as in new contact Ada.
        Type /crm help to see what there is.

      Pia: /crm xyzzy
      Tieline: Warning: Nothing found for xyzzy in acme.
        Create a contact with /crm new contact

      Pia on acme/app#1: @tieline ad_contacts ada@example.com
      Tieline on acme/app#1: :warning: There is no command ad_contacts.
        Did you mean add_contacts?
        Type /crm help to see what there is.

      Pia on acme/app#1: @tieline xyzzy
      Tieline on acme/app#1: :warning: There is no command xyzzy.
        Type /crm help to see what there is.
    `),
  );
});

describe('what other tools would take', () => {
  it('shows what a lone number or issue names', async () => {
    await world.plays(`
      Pia: /crm link acme/app#1 ada@example.com
      Tieline: 1 contact added to acme/app#1.
        - Ada Lovelace (ada@example.com): added
    `);
    expect(await world.answer('Pia: /crm acme/app#1')).toMatch(/^Tieline: acme\/app#1 has 1 contact\.\n/);
    expect(await world.answer(`Pia: /crm ${world.gitlab.url}/acme/app/-/issues/1`)).toContain('Ada Lovelace');
    expect(await world.answer('Pia: /crm c1')).toMatch(/^Tieline: Ada Lovelace\n {2}E-mail: ada@example.com/);
    expect(await world.answer('Pia: /crm O1 --public')).toContain('Tieline in #support: Navy');
    expect(await world.answer('Pia: /crm C1 C2')).toContain('Nothing found for C1 C2');
  });

  it(
    'is searched for, and what it is called here is offered',
    changesNothing(`
      Pia: /crm delete C1
      Tieline: Warning: Nothing found for delete C1 in acme.
        Create a contact with /crm new contact
        Did you mean /crm deactivate C1?

      Pia: /crm Org Harbour Bakery
      Tieline: Warning: Nothing found for Org Harbour Bakery in acme.
        Create a contact with /crm new contact
        Did you mean /crm find Harbour Bakery --orgs?

      Pia: /crm how do I link a contact?
      Tieline: Warning: Nothing found for how do I link a contact? in acme.
        Create a contact with /crm new contact
        Did you mean /crm help?

      Pia: /crm new Grace Hopper
      Tieline: Error: “new” needs one more word, as in new contact Grace Hopper or new org Grace Hopper.
        Type /crm help to see what there is.

      Pia: /crm constructor x
      Tieline: Warning: Nothing found for constructor x in acme.
        Create a contact with /crm new contact
    `),
  );

  it('ties people in the order in which one says it', async () => {
    await world.plays(`
      Dev: /crm link ada@example.com and C20 to acme/app#1
      Tieline: 2 contacts added to acme/app#1.
        - Ada Lovelace (ada@example.com): added
        - Hedy Lamarr (hedy@example.org): added

      Dev: /crm remove Hedy Lamarr from acme/app#1
      Tieline: 1 contact removed from acme/app#1.
        - Hedy Lamarr (hedy@example.org): removed
    `);
  });
});

describe('an e-mail address that is none', () => {
  it(
    'names the rule it breaks',
    changesNothing(`
      Dev: /crm new contact Grace Hopper grace@
      Tieline: Error: E-mail is invalid: the part after the @ needs at least two names joined by dots, such as example.com.
        For example ada@example.com
        Nothing was changed.

      Dev: /crm new contact Grace Hopper grace@localhost
      Tieline: Error: E-mail is invalid: the part after the @ needs at least two names joined by dots, such as example.com.
        For example ada@example.com
        Nothing was changed.

      Dev: /crm new contact Grace Hopper email="grace hopper@example.com"
      Tieline: Error: E-mail is invalid: it may not hold spaces.
        For example ada@example.com
        Nothing was changed.

      Dev: /crm new contact Grace Hopper grace@@example.com
      Tieline: Error: E-mail is invalid: it needs exactly one @ with something before it.
        For example ada@example.com
        Nothing was changed.

      Dev: /crm new contact Grace Hopper grace..h@example.com
      Tieline: Error: E-mail is invalid: the part before the @ may not start or end with a dot or hold two in a row.
        For example ada@example.com
        Nothing was changed.

      Dev: /crm new contact Grace Hopper email="gr(ace)@example.com"
      Tieline: Error: E-mail is invalid: the part before the @ may not hold any of \\ " ( ) , : ; < > [ ].
        For example ada@example.com
        Nothing was changed.

      Dev: /crm new contact Grace Hopper grace@exam_ple.com
      Tieline: Error: E-mail is invalid: the part after the @ may hold letters, digits, dots and inner hyphens only.
        For example ada@example.com
        Nothing was changed.

      Dev: /crm new contact Grace Hopper @example.com
      Tieline: Error: E-mail is invalid: it needs exactly one @ with something before it.
        For example ada@example.com
        Nothing was changed.
    `),
  );
});

describe('values that break a rule', () => {
  it(
    'are told by field and rule',
    changesNothing(`
      Dev: /crm new contact Grace Hopper phone=012345678901234567890123456789012
      Tieline: Error: Phone is too long (maximum is 32 characters).
        For example +44 20 7946 0018
        Nothing was changed.

      Dev: /crm new org Weavers rate=lots
      Tieline: Error: Default rate must be a number, such as 120.50.
        For example 120.50
        Nothing was changed.

      Dev: /crm new org Weavers rate=99999999999999999
      Tieline: Error: Default rate is too large (at most 16 digits before the point).
        For example 120.50
        Nothing was changed.

      Dev: /crm new contact Grace Hopper emial=grace@example.com
      Tieline: Error: There is no option emial= here.
        Did you mean email=?
        Options: email=, org=, phone=, note=, first=, last=.

      Dev: /crm new contact Grace Hopper --vip
      Tieline: Error: There is no option --vip here.
        Options: email=, org=, phone=, note=, first=, last=.
    `),
  );
});

describe('what is there already', () => {
  it(
    'is named instead of made again',
    changesNothing(`
      Dev: /crm new contact Augusta King ADA@example.com
      Tieline: Warning: Email has already been taken.
        Ada Lovelace has the address ADA@example.com.
        See the contact with /crm show ADA@example.com.
        Nothing was changed.

      Dev: /crm new org navy
      Tieline: Warning: Name has already been taken.
        See the organization with /crm show Navy.
        Nothing was changed.
    `),
  );
});

describe('somebody or something unknown', () => {
  it(
    'is answered with the nearest',
    changesNothing(`
      Dev: /crm new contact Grace Hopper org="Apolo Guidence"
      Tieline: Error: There is no organization Apolo Guidence here.
        The nearest match is Apollo Guidance.
        Create it with /crm new org Apolo Guidence.

      Dev: /crm new contact Grace Hopper org=Zzyzx
      Tieline: Error: There is no organization Zzyzx here.
        Create it with /crm new org Zzyzx.

      Dev: /crm show adda@example.com
      Tieline: Error: Nobody here is called adda@example.com.
        The nearest match is Ada Lovelace (ada@example.com).
        Create a contact with /crm new contact adda@example.com

      Dev: /crm show Ada Lovelac
      Tieline: Ada Lovelace
        E-mail: ada@example.com
        Phone: +44 20 7946 0001
        Organization: Analytical Engines Ltd
        Number: C1
        Note: Prefers mail over calls. Reads the changelog.
        1 open issue:
        - acme/app#2 Login fails after the password was reset on another device
        [Issues] [Link to an issue] [Edit] [Deactivate] [Share]

      Dev: /crm show Zzyzx
      Tieline: Error: Nobody here is called Zzyzx.
        Create a contact with /crm new contact Zzyzx

      Dev: /crm show C999
      Tieline: Error: Nobody here is called C999.

      Dev: /crm show O999
      Tieline: Error: There is no organization O999 here.

      Dev: /crm issues Analytical Engine
      Tieline: Warning: Analytical Engine could be several:
        - Charles Babbage (charles@example.com)
        - Ada Lovelace (ada@example.com)
        - Luigi Menabrea (luigi@analytical.example.com)
        - Mary Somerville (mary@analytical.example.com)
        - Analytical Engines Ltd
        Use the e-mail address or the number (such as C12) to say which.

      Dev: /crm unlink acme/app#2 adda@example.com
      Tieline: Warning: Nothing changed on acme/app#2.
        - adda@example.com: not found; the nearest match is Ada Lovelace (ada@example.com)

      Dev: /crm link acme/app#1 nobody@nowhere.example
      Tieline: Warning: Nothing changed on acme/app#1.
        - nobody@nowhere.example: not found
        Create a contact with /crm new contact nobody@nowhere.example
    `),
  );
});

describe('a name that fits several', () => {
  it(
    'is answered with all of them',
    changesNothing(`
      Dev: /crm show Mary
      Tieline: Warning: Mary could be several:
        - Mary Jackson (mary@apollo.example.org)
        - Mary Somerville (mary@analytical.example.com)
        Use the e-mail address or the number (such as C12) to say which.

      Dev: /crm show baker
      Tieline: Warning: baker could be several:
        - Rosa Baker (rosa@harbour.example.com)
        - Tom Baker (tom@harbour.example.com)
        - Harbour Bakery
        Use the e-mail address or the number (such as C12) to say which.

      Dev: /crm link acme/app#1 Mary
      Tieline: Warning: Nothing changed on acme/app#1.
        - Mary: could be several: Mary Jackson (mary@apollo.example.org) or Mary Somerville (mary@analytical.example.com)
    `),
  );
});

describe('a link that cannot be made', () => {
  it(
    'says why for each',
    changesNothing(`
      Pia: /crm link acme/app#1 annie@apollo.example.org
      Tieline: Warning: Nothing changed on acme/app#1.
        - Annie Easley (annie@apollo.example.org): not added: the contact is inactive

      Pia: /crm link acme/app#2 ada@example.com
      Tieline: Nothing changed on acme/app#2.
        - Ada Lovelace (ada@example.com): was there already

      Pia: /crm unlink acme/app#1 ada@example.com
      Tieline: Nothing changed on acme/app#1.
        - Ada Lovelace (ada@example.com): was not there

      Pia on acme/app#2: @tieline add_contacts ada@example.com
      Tieline on acme/app#2: Nothing changed on acme/app#2.
        - ada@example.com: was there already
    `),
  );

  it('over six, links the first six and names the rest', async () => {
    await world.plays(`
      Pia: /crm link acme/app#1 C1 C2 C3 C4 C5 C6 C7 C8
      Tieline: Warning: 6 contacts added to acme/app#1.
        - Ada Lovelace (ada@example.com): added
        - Charles Babbage (charles@example.com): added
        - Mary Somerville (mary@analytical.example.com): added
        - Luigi Menabrea (luigi@analytical.example.com): added
        - Margaret Hamilton (margaret@apollo.example.org): added
        - Katherine Johnson (katherine@apollo.example.org): added
        - Dorothy Vaughan (dorothy@apollo.example.org): not added: at most 6 contacts can be added at a time; add the rest in another go
        - Mary Jackson (mary@apollo.example.org): not added: at most 6 contacts can be added at a time; add the rest in another go
    `);
  });

  it(
    'asks for what is missing',
    changesNothing(`
      Pia on acme/app#1: @tieline add_contacts
      Tieline on acme/app#1: :warning: Contact is missing.
        Like this: @tieline add_contacts [contact:ada@example.com] grace@example.org

      Pia on acme/app#1: /remove_contacts
      Tieline on acme/app#1: :warning: Contact is missing.
        Like this: @tieline remove_contacts [contact:ada@example.com]
    `),
  );
});

describe('an issue written otherwise', () => {
  it(
    'is told how it is written',
    changesNothing(`
      Pia: /crm contacts app#1
      Tieline: Error: Issue must be written as group/project#12 or be the URL of an issue.
        For example acme/app#1
        Nothing was changed.

      Pia: /crm contacts #1
      Tieline: Error: Issue must be written as group/project#12 or be the URL of an issue.
        For example acme/app#1
        Nothing was changed.

      Pia: /crm contacts acme/app
      Tieline: Error: Issue must be written as group/project#12 or be the URL of an issue.
        For example acme/app#1
        Nothing was changed.

      Pia: /crm contacts acme/app#0
      Tieline: Error: Issue must be written as group/project#12 or be the URL of an issue.
        For example acme/app#1
        Nothing was changed.

      Pia: /crm contacts acme/app#x
      Tieline: Error: Issue must be written as group/project#12 or be the URL of an issue.
        For example acme/app#1
        Nothing was changed.

      Pia: /crm link https://gitlab.example.org/acme/app/-/issues/1 ada@example.com
      Tieline: Error: Issue belongs to another GitLab than the one Tieline works with.
        For example acme/app#1
        Nothing was changed.

      Pia: /crm contacts https://gitlab.example.org/acme/app/-/issues/1
      Tieline: Error: Issue belongs to another GitLab than the one Tieline works with.
        For example acme/app#1
        Nothing was changed.

      Pia: /crm contacts acme/app#99
      Tieline: Error: Issue acme/app#99 does not exist, or you may not see it.
        An issue is written as group/project#12.

      Nina: /crm contacts nina/notes#1
      Tieline: Error: Issue nina/notes#1 does not exist, or you may not see it.
        An issue is written as group/project#12.
    `),
  );
});

describe('what phones and word processors make of a command', () => {
  it('curly quotes, in any language, hold words together', async () => {
    await world.plays(`
      Dev: /crm new contact “Mary Ann” „van der Berg“ org=“Navy”
      Tieline: Contact Mary Ann van der Berg created.
        Organization: Navy
        Number: C31
        Link to an issue with /crm link group/project#1 C31

      Dev: /crm new contact ‘Jean Luc’ «de la Cour»
      Tieline: Contact Jean Luc de la Cour created.
        Number: C32
        Link to an issue with /crm link group/project#1 C32

      Dev: /crm find o’hara
      Tieline: Found for o’hara in acme:
        Zoë O'Hara-Smith · zoe@example.net
        C23 [Show]
        [Share]

      Dev: /crm new contact Conan O’Brien
      Tieline: Contact Conan O’Brien created.
        Number: C33
        Link to an issue with /crm link group/project#1 C33
    `);
  });

  it('a quote without a partner is taken as it is', async () => {
    await world.plays(`
      Dev: /crm new contact Grace "Hopper
      Tieline: Contact Grace "Hopper created.
        Number: C31
        Link to an issue with /crm link group/project#1 C31
    `);
  });

  it('a dash that was two', async () => {
    await world.plays(`
      Dev: /crm find telegraph —inactive
      Tieline: Found for telegraph in acme:
        Sunset Telegraph (inactive)
        Organization · O6 [Show]
        Samuel Morse (inactive) · samuel@telegraph.example.org
        Sunset Telegraph · +1 212 555 0130 · C19 [Show]
        [Share]

      Dev: /crm find navy –orgs
      Tieline: Found for navy in acme:
        Navy
        Organization · O1 · 1 open issue [Show]
        [Share]

      Dev: /crm find o’hara-smith
      Tieline: Found for o’hara-smith in acme:
        Zoë O'Hara-Smith · zoe@example.net
        C23 [Show]
        [Share]
    `);
  });

  it('spaces that are none, line breaks, and characters nobody sees', async () => {
    await world.plays(`
      Dev: /crm find\u00a0hedy
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Dev: /crm   find \u2009 hedy
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Dev: /crm find
        hedy
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Dev: /crm fi\u200bnd \ufeffhedy
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Dev: /crm find jose\u0301
      Tieline: Found for josé in acme:
        José Núñez · jose.nunez@example.net
        +34 91 555 0150 · C22 [Show]
        [Share]
    `);
  });

  it('what Slack makes of addresses, people, channels and links', async () => {
    await world.plays(`
      Dev raw: /crm show <mailto:ada@example.com|ada@example.com>
      Tieline: Ada Lovelace
        E-mail: ada@example.com
        Phone: +44 20 7946 0001
        Organization: Analytical Engines Ltd
        Number: C1
        Note: Prefers mail over calls. Reads the changelog.
        1 open issue:
        - acme/app#2 Login fails after the password was reset on another device
        [Issues] [Link to an issue] [Edit] [Deactivate] [Share]

      Dev raw: /crm show <mailto:ada@example.com|hedy@example.org>
      Tieline: Ada Lovelace
        E-mail: ada@example.com
        Phone: +44 20 7946 0001
        Organization: Analytical Engines Ltd
        Number: C1
        Note: Prefers mail over calls. Reads the changelog.
        1 open issue:
        - acme/app#2 Login fails after the password was reset on another device
        [Issues] [Link to an issue] [Edit] [Deactivate] [Share]

      Dev raw: /crm link acme/app#1 <mailto:ada@example.com|ada@example.com> ada@example.com
      Tieline: 1 contact added to acme/app#1.
        - Ada Lovelace (ada@example.com): added

      Dev raw: /crm find <tel:+4315550140|+43 1 555 0140>
      Tieline: Warning: Nothing found for +4315550140 in acme.
        Create a contact with /crm new contact

      Dev raw: /crm find <@U0ADA0001|hedy>
      Tieline: Warning: Nothing found for @U0ADA0001 in acme.
        Create a contact with /crm new contact

      Dev raw: /crm find <#C0HEDY001|hedy>
      Tieline: Warning: Nothing found for #C0HEDY001 in acme.
        Create a contact with /crm new contact

      Dev raw: /crm find <https://hedy.example.org|hedy>
      Tieline: Warning: Nothing found for https://hedy.example.org in acme.
        Create a contact with /crm new contact

      Dev raw: /crm find &lt;hedy&gt;
      Tieline: Warning: Nothing found for <hedy> in acme.
        Create a contact with /crm new contact

      Dev raw: /crm new org R&amp;D
      Tieline: Organization R&D created.
        Number: O9

      Dev raw: /crm show R&amp;D
      Tieline: R&D
        Number: O9
        No open issues
        [Issues] [Contacts] [Edit] [Deactivate] [Share]
    `);
  });

  it('formatting that was pasted along', async () => {
    await world.plays(`
      Dev: /crm find *hedy*
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Dev: /crm find _hedy_
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Dev: /crm find \`hedy\`
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Dev: /crm find :hedy:
      Tieline: Warning: Nothing found for :hedy: in acme.
        Create a contact with /crm new contact
    `);
  });

  it('capitals, and a full stop for two spaces', async () => {
    await world.plays(`
      Dev: /crm Find hedy
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Dev: /crm FIND HEDY
      Tieline: Found for HEDY in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Dev: /crm Hedy.
      Tieline: Found for Hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Dev: /crm find "hedy."
      Tieline: Warning: Nothing found for hedy. in acme.
        Create a contact with /crm new contact

      Dev: /crm New Contact Grace Hopper Org=Navy
      Tieline: Contact Grace Hopper created.
        Organization: Navy
        Number: C31
        Link to an issue with /crm link group/project#1 C31

      Dev: /crm Whoami.
      Tieline: Warning: Nothing found for Whoami in acme.
        Create a contact with /crm new contact
        Did you mean /crm whoami?
    `);
  });

  it('options in each of their spellings', async () => {
    await world.plays(`
      Dev: /crm new contact Grace Hopper org=Navy
      Tieline: Contact Grace Hopper created.
        Organization: Navy
        Number: C31
        Link to an issue with /crm link group/project#1 C31

      Dev: /crm new contact Grace Hopper org:Navy
      Tieline: Contact Grace Hopper created.
        Organization: Navy
        Number: C32
        Link to an issue with /crm link group/project#1 C32

      Dev: /crm new contact Grace Hopper org="Harbour Bakery"
      Tieline: Contact Grace Hopper created.
        Organization: Harbour Bakery
        Number: C33
        Link to an issue with /crm link group/project#1 C33

      Dev: /crm new contact Grace Hopper --org Navy
      Tieline: Contact Grace Hopper created.
        Organization: Navy
        Number: C34
        Link to an issue with /crm link group/project#1 C34

      Dev: /crm new contact Grace Hopper note=https://example.com/?a=b
      Tieline: Contact Grace Hopper created.
        Number: C35
        Note: https://example.com/?a=b
        Link to an issue with /crm link group/project#1 C35

      Dev: /crm find \u202ehedy\u202c
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]
    `);
  });

  it('several where one is meant', async () => {
    await world.plays(`
      Dev: /crm activate C1 hedy@example.org
      Tieline: Error: Nobody here is called C1 hedy@example.org.
        The nearest match is Hedy Lamarr (hedy@example.org).
        Name one at a time.
    `);
  });

  it('much too much of it', async () => {
    const answer = await world.answer(`Dev: /crm find ${'hedy '.repeat(900)}`);
    expect(answer.split('\n')[0]).toContain('hedy');
  });
});
