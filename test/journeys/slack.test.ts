import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/registry.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

describe('/crm find', () => {
  it('finds people by parts of what is known of them', async () => {
    await world.plays(`
      Pia: /crm find ada
      Tieline: Found for ada in acme:
        Ada Lovelace · ada@example.com
        Analytical Engines Ltd · +44 20 7946 0001 · C1 · 1 open issue [Show]
        [Share]

      Pia: /crm ada
      Tieline: Found for ada in acme:
        Ada Lovelace · ada@example.com
        Analytical Engines Ltd · +44 20 7946 0001 · C1 · 1 open issue [Show]
        [Share]

      Pia: /crm search lovelace engines
      Tieline: Found for lovelace engines in acme:
        Ada Lovelace · ada@example.com
        Analytical Engines Ltd · +44 20 7946 0001 · C1 · 1 open issue [Show]
        [Share]

      Pia: /crm find baker --contacts
      Tieline: Found for baker in acme:
        Rosa Baker · rosa@harbour.example.com
        Harbour Bakery · +351 21 555 0120 · C17 · 2 open issues [Show]
        Tom Baker · tom@harbour.example.com
        Harbour Bakery · C18 · 1 open issue [Show]
        [Share]

      Pia: /crm find navy --orgs
      Tieline: Found for navy in acme:
        Navy
        Organization · O1 · 1 open issue [Show]
        [Share]

      Pia: /crm find hammock
      Tieline: Warning: Nothing found for hammock in acme.
        Create a contact with /crm new contact
    `);
  });

  it('leaves inactive customers out and says so', async () => {
    await world.plays(`
      Pia: /crm find telegraph
      Tieline: Warning: Nothing found for telegraph in acme.
        2 inactive matches left out; add --inactive to see them.
        Create a contact with /crm new contact

      Pia: /crm find telegraph --inactive
      Tieline: Found for telegraph in acme:
        Sunset Telegraph (inactive)
        Organization · O6 [Show]
        Samuel Morse (inactive) · samuel@telegraph.example.org
        Sunset Telegraph · +1 212 555 0130 · C19 [Show]
        [Share]
    `);
  });

  it('turns pages', async () => {
    await world.plays(`
      Pia: /crm find --contacts
      Tieline: In acme:
        Howard Aiken · howard@navy.example.com
        Navy · +1 202 555 0110 · C14 · 1 open issue [Show]
        Charles Babbage · charles@example.com
        Analytical Engines Ltd · +44 20 7946 0002 · C2 [Show]
        Rosa Baker · rosa@harbour.example.com
        Harbour Bakery · +351 21 555 0120 · C17 · 2 open issues [Show]
        Tom Baker · tom@harbour.example.com
        Harbour Bakery · C18 · 1 open issue [Show]
        Jean Bartik · jean@navy.example.com
        Navy · +1 202 555 0111 · C15 [Show]
        Mavis Batey
        Bletchley Logistics · +44 1908 555 204 · C13 [Show]
        Joan Clarke · joan@bletchley.example.org
        Bletchley Logistics · +44 1908 555 202 · C11 [Show]
        Walk-in Customer
        C24 [Show]
        2 inactive matches left out; add --inactive to see them.
        [More] [Share]

      Pia presses: More
      Tieline edits: In acme:
        Tommy Flowers · tommy@bletchley.example.org
        Bletchley Logistics · +44 1908 555 203 · C12 · 1 open issue [Show]
        Margaret Hamilton · margaret@apollo.example.org
        Apollo Guidance · +1 617 555 0101 · C5 · 1 open issue [Show]
        Betty Holberton · betty@navy.example.com
        Navy · C16 [Show]
        Mary Jackson · mary@apollo.example.org
        Apollo Guidance · +1 617 555 0104 · C8 [Show]
        Katherine Johnson · katherine@apollo.example.org
        Apollo Guidance · +1 617 555 0102 · C6 [Show]
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        Ada Lovelace · ada@example.com
        Analytical Engines Ltd · +44 20 7946 0001 · C1 · 1 open issue [Show]
        Luigi Menabrea · luigi@analytical.example.com
        Analytical Engines Ltd · C4 [Show]
        [More] [Share]
    `);
  });

  it('answers the asker alone until it is told to share', async () => {
    await world.plays(`
      Pia: /crm find hopper
      Tieline: Warning: Nothing found for hopper in acme.
        Create a contact with /crm new contact

      Pia in #sales: /crm find hedy
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Pia presses: Share
      Tieline in #sales: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]

      Pia in #sales: /crm find hedy --public
      Tieline in #sales: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
    `);
  });

  it('is to be had by a mention too', async () => {
    await world.plays(`
      Pia: @Tieline find hedy
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]
    `);
  });
});

describe('/crm show', () => {
  it('shows the card of a contact by address, by number, by name and from a list', async () => {
    await world.plays(`
      Rita: /crm show ada@example.com
      Tieline: Ada Lovelace
        E-mail: ada@example.com
        Phone: +44 20 7946 0001
        Organization: Analytical Engines Ltd
        Number: C1
        Note: Prefers mail over calls. Reads the changelog.
        1 open issue:
        - acme/app#2 Login fails after the password was reset on another device
        [Issues] [Link to an issue] [Share]

      Rita: /crm show C1
      Tieline: Ada Lovelace
        E-mail: ada@example.com
        Phone: +44 20 7946 0001
        Organization: Analytical Engines Ltd
        Number: C1
        Note: Prefers mail over calls. Reads the changelog.
        1 open issue:
        - acme/app#2 Login fails after the password was reset on another device
        [Issues] [Link to an issue] [Share]

      Rita: /crm show Ada Lovelace
      Tieline: Ada Lovelace
        E-mail: ada@example.com
        Phone: +44 20 7946 0001
        Organization: Analytical Engines Ltd
        Number: C1
        Note: Prefers mail over calls. Reads the changelog.
        1 open issue:
        - acme/app#2 Login fails after the password was reset on another device
        [Issues] [Link to an issue] [Share]

      Rita: /crm show [contact:ada@example.com]
      Tieline: Ada Lovelace
        E-mail: ada@example.com
        Phone: +44 20 7946 0001
        Organization: Analytical Engines Ltd
        Number: C1
        Note: Prefers mail over calls. Reads the changelog.
        1 open issue:
        - acme/app#2 Login fails after the password was reset on another device
        [Issues] [Link to an issue] [Share]

      Rita: /crm find hedy
      Tieline: Found for hedy in acme:
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 [Show]
        [Share]

      Rita presses: Show
      Tieline edits: Hedy Lamarr
        E-mail: hedy@example.org
        Phone: +43 1 555 0140
        Number: C20
        Note: Independent. Radio questions.
        No open issues
        [Issues] [Link to an issue] [Share]
    `);
  });

  it('shows the card of an organization, with ways to its people and issues', async () => {
    await world.plays(`
      Rita: /crm show harbour bakery
      Tieline: Harbour Bakery
        Number: O5
        Note: Three shops and one very patient owner.
        2 open issues:
        - acme/support/desk#1 Invoice 2291 was sent twice
        - acme/app#3 Dark mode for the report viewer
        [Issues] [Contacts] [Share]

      Rita presses: Contacts
      Tieline edits: Found for Harbour Bakery in acme:
        Rosa Baker · rosa@harbour.example.com
        Harbour Bakery · +351 21 555 0120 · C17 · 2 open issues [Show]
        Tom Baker · tom@harbour.example.com
        Harbour Bakery · C18 · 1 open issue [Show]
        [Share]

      Rita: /crm show harbour
      Tieline: Warning: harbour could be several:
        - Rosa Baker (rosa@harbour.example.com)
        - Tom Baker (tom@harbour.example.com)
        - Harbour Bakery
        Use the e-mail address or the number (such as C12) to say which.

      Rita: /crm show O5
      Tieline: Harbour Bakery
        Number: O5
        Note: Three shops and one very patient owner.
        2 open issues:
        - acme/support/desk#1 Invoice 2291 was sent twice
        - acme/app#3 Dark mode for the report viewer
        [Issues] [Contacts] [Share]

      Rita presses: Issues
      Tieline edits: Harbour Bakery has 2 open issues.
        - acme/support/desk#1 Invoice 2291 was sent twice
        - acme/app#3 Dark mode for the report viewer
        [Closed ones too] [Share]
    `);
  });
});

describe('/crm new contact', () => {
  it('creates a contact with all that is known', async () => {
    await world.rows.subscribe('C0SALES01', 'acme');
    await world.plays(`
      Dev: /crm new contact Grace Hopper grace@example.com org="Navy" phone=+1-555-0199 note="Prefers e-mail"
      Tieline: Contact Grace Hopper created.
        E-mail: grace@example.com
        Phone: +1-555-0199
        Organization: Navy
        Number: C31
        Note: Prefers e-mail
        Link to an issue with /crm link group/project#1 grace@example.com
      Tieline in #sales: Dev Devani created the contact Grace Hopper.

      Dev: /crm show grace@example.com
      Tieline: Grace Hopper
        E-mail: grace@example.com
        Phone: +1-555-0199
        Organization: Navy
        Number: C31
        Note: Prefers e-mail
        No open issues
        [Issues] [Link to an issue] [Edit] [Deactivate] [Share]
    `);
    expect(await world.rows.audit()).toEqual([
      {
        who: 'dev',
        surface: 'slack',
        action: 'contact.created',
        on: 'contact 31',
        deliveryKey: expect.stringMatching(/^slack:T0ACME001:command:/),
      },
    ]);
  });

  it('needs no more than a name, of as many words as there are', async () => {
    await world.plays(`
      Max: /crm new contact Grace Hopper
      Tieline: Contact Grace Hopper created.
        Number: C31
        Link to an issue with /crm link group/project#1 C31

      Max: /crm new person "Mary Ann" "van der Berg"
      Tieline: Contact Mary Ann van der Berg created.
        Number: C32
        Link to an issue with /crm link group/project#1 C32

      Max: /crm new contact Anna Maria Mozart
      Tieline: Contact Anna Maria Mozart created.
        Number: C33
        Link to an issue with /crm link group/project#1 C33

      Max: /crm create contact first=Jan last="van Eyck" mail=jan@example.com
      Tieline: Contact Jan van Eyck created.
        E-mail: jan@example.com
        Number: C34
        Link to an issue with /crm link group/project#1 jan@example.com
    `);
  });
});

describe('/crm new org', () => {
  it('creates an organization', async () => {
    await world.rows.subscribe('C0SALES01', 'acme');
    await world.plays(`
      Dev: /crm new org Difference Engines rate=99.5 note="Pays late"
      Tieline: Organization Difference Engines created.
        Default rate: 99.50
        Number: O9
        Note: Pays late
      Tieline in #sales: Dev Devani created the organization Difference Engines.

      Dev: /crm show difference engines
      Tieline: Difference Engines
        Default rate: 99.50
        Number: O9
        Note: Pays late
        No open issues
        [Issues] [Contacts] [Edit] [Deactivate] [Share]

      Dev: /crm new company "Weavers’ Guild"
      Tieline: Organization Weavers’ Guild created.
        Number: O10
      Tieline in #sales: Dev Devani created the organization Weavers’ Guild.
    `);
    expect(await world.rows.audit()).toMatchObject([
      { who: 'dev', surface: 'slack', action: 'organization.created', on: 'organization 9' },
      { who: 'dev', surface: 'slack', action: 'organization.created', on: 'organization 10' },
    ]);
  });
});

describe('/crm link, contacts and unlink', () => {
  it('tie people to an issue and untie them', async () => {
    await world.rows.subscribe('C0SALES01', 'acme', ['contact.linked', 'contact.unlinked']);
    await world.plays(`
      Pia: /crm contacts acme/app#1
      Tieline: acme/app#1 has no contacts.
        Export stops at 10 000 rows
        Link one with /crm link acme/app#1 ada@example.com
        [Link contacts] [Share]

      Pia: /crm link acme/app#1 ada@example.com C14 Hedy Lamarr
      Tieline: 3 contacts added to acme/app#1.
        - Ada Lovelace (ada@example.com): added
        - Howard Aiken (howard@navy.example.com): added
        - Hedy Lamarr (hedy@example.org): added

      Pia: /crm contacts acme/app#1
      Tieline: acme/app#1 has 3 contacts.
        Export stops at 10 000 rows
        Howard Aiken · howard@navy.example.com
        Navy · +1 202 555 0110 · C14 · 2 open issues [Show]
        Hedy Lamarr · hedy@example.org
        +43 1 555 0140 · C20 · 1 open issue [Show]
        Ada Lovelace · ada@example.com
        Analytical Engines Ltd · +44 20 7946 0001 · C1 · 2 open issues [Show]
        [Link contacts] [Remove contacts] [Share]

      Pia: /crm unlink acme/app#1 ada@example.com
      Tieline: 1 contact removed from acme/app#1.
        - Ada Lovelace (ada@example.com): removed

      Pia: /crm remove acme/app#1 howard@navy.example.com
      Tieline: 1 contact removed from acme/app#1.
        - Howard Aiken (howard@navy.example.com): removed
    `);
    expect(await world.rows.linked('acme/app#1')).toEqual(['hedy@example.org']);
    expect(await world.rows.audit()).toMatchObject([
      { who: 'pia', surface: 'slack', action: 'contact.linked', on: 'issue acme/app#1' },
      { who: 'pia', surface: 'slack', action: 'contact.unlinked', on: 'issue acme/app#1' },
      { who: 'pia', surface: 'slack', action: 'contact.unlinked', on: 'issue acme/app#1' },
    ]);
  });

  it('take an issue by its URL, and its arguments in any order', async () => {
    const { url } = world.gitlab;
    await world.plays(`
      Pia: /crm link ${url}/acme/support/desk/-/issues/3 ada@example.com
      Tieline: 1 contact added to acme/support/desk#3.
        - Ada Lovelace (ada@example.com): added

      Pia: /crm add charles@example.com ${url}/acme/support/desk/-/work_items/3#note_17
      Tieline: 1 contact added to acme/support/desk#3.
        - Charles Babbage (charles@example.com): added
    `);
  });
});

describe('/crm issues', () => {
  it('lists what a contact or an organization waits for', async () => {
    await world.plays(`
      Rita: /crm issues rosa@harbour.example.com
      Tieline: Rosa Baker has 2 open issues.
        - acme/support/desk#1 Invoice 2291 was sent twice
        - acme/app#3 Dark mode for the report viewer
        [Closed ones too] [Share]

      Rita: /crm issues Harbour Bakery
      Tieline: Harbour Bakery has 2 open issues.
        - acme/support/desk#1 Invoice 2291 was sent twice
        - acme/app#3 Dark mode for the report viewer
        [Closed ones too] [Share]

      Rita: /crm issues dorothy@apollo.example.org
      Tieline: Dorothy Vaughan has no open issues.
        [Closed ones too] [Share]

      Rita presses: Closed ones too
      Tieline edits: Dorothy Vaughan has 1 issue.
        - acme/app#5 Dates show the wrong day west of Greenwich
          closed
        [Share]

      Rita: /crm issues alan@bletchley.example.org
      Tieline: Alan Turing has 1 open issue.
        - acme/app#4 Attachment links can be guessed
          confidential
        [Closed ones too] [Share]
    `);
  });
});

describe('/crm group', () => {
  it('tells and sets which group a channel works in', async () => {
    await world.plays(`
      Pia in #sales: /crm group
      Tieline: Commands here work in acme: it is the only group whose contacts you may view.
        Set it with /crm group path/of/group

      Pia in #sales: /crm group acme/support
      Tieline: This channel now works in acme/support.
        Its contacts are those of acme.
        Set it with /crm group path/of/group

      Pia in #sales: /crm group
      Tieline: Commands here work in acme/support: it is set for this channel.
        Its contacts are those of acme.
        Set it with /crm group path/of/group

      Nina in #sales: /crm group
      Tieline: Error: The group that is set here does not exist, or you may not see it.
        A group is named by its full path, such as acme/support.

      Nina in #sales: /crm find ada group=globex
      Tieline: Found for ada in globex:
        Ada Lovelace · ada@example.com
        C30 [Show]
        [Share]

      Nina in #general: /crm find ada
      Tieline: Found for ada in globex:
        Ada Lovelace · ada@example.com
        C30 [Show]
        [Share]
    `);
  });

  it('lets somebody of two companies choose, and remembers it', async () => {
    await world.plays(`
      Kim: /crm find ada
      Tieline: Warning: Which group do you mean?
        - acme
        - globex
        Add group=acme, or settle it for this channel with /crm group acme.
        [acme] [globex]

      Kim presses: globex
      Tieline edits: Found for ada in globex:
        Ada Lovelace · ada@example.com
        C30 [Show]
        [Share]

      Kim: /crm find seymour
      Tieline: Found for seymour in globex:
        Seymour Skinner · seymour@cypress.example.org
        Cypress Creek Schools · +1 541 555 0161 · C26 · 1 open issue [Show]
        [Share]

      Kim: /crm find seymour group=acme
      Tieline: Warning: Nothing found for seymour in acme.
        Create a contact with /crm new contact
    `);
  });
});

describe('/crm whoami', () => {
  it('tells everybody who they are', async () => {
    await world.plays(`
      Olga: /crm whoami
      Tieline: On GitLab you are Olga Owens (olga).
        Found by your e-mail address, which is confirmed there.
        In acme you are Owner: you may view contacts, create contacts, edit contacts, create organizations and edit organizations.

      Pia: /crm whoami
      Tieline: On GitLab you are Pia Planck (pia).
        Found by your e-mail address, which is confirmed there.
        In acme you are Planner: you may view contacts.

      Gus: /crm whoami
      Tieline: On GitLab you are Gus Gustavsson (gus).
        Found by your e-mail address, which is confirmed there.
        No group is settled on here, or you hold no role in it.

      Nina: /crm whoami
      Tieline: On GitLab you are Nina Novak (nina).
        Found by your e-mail address, which is confirmed there.
        In globex you are Owner: you may view contacts, create contacts, edit contacts, create organizations and edit organizations.

      Nina: /crm whoami group=acme
      Tieline: On GitLab you are Nina Novak (nina).
        Found by your e-mail address, which is confirmed there.
        No group is settled on here, or you hold no role in it.
    `);
  });
});

describe('/crm help', () => {
  it.each(['Gus: /crm help all', 'Nina: /crm help ALL'])('tells everybody all there is: %s', async (line) => {
    const answer = await world.answer(line);
    for (const { surfaces, summary, hidden } of COMMANDS) {
      if (!surfaces.slack || hidden) continue;
      expect(answer).toContain(`- /crm ${surfaces.slack.words.join(' ')}`);
      expect(answer).toContain(`${summary}. `);
    }
    expect(answer).toContain('Bare words search.');
  });

  it('tells of one command', async () => {
    await world.plays(`
      Gus: /crm help link
      Tieline: Link contacts to an issue.
        /crm link <issue> <contact…>
        At most six are added at a time. Name them by e-mail address, by number or, on Slack, by name.
        - /crm link acme/app#1 ada@example.com
        - /crm link acme/app#1 ada@example.com C12 "Grace Hopper"
        Who may: Planner and higher.

      Gus: /crm help new
      Tieline: Create a contact.
        /crm new contact [First Last…] [email=e-mail] [org=organization] [phone=number] [note=text] [first=name] [last=name]
        Put quotes around a name of several words: "Mary Ann" "van der Berg", or use first= and last=.
        - /crm new contact Grace Hopper grace@example.com org="Navy"
        - /crm new contact "Mary Ann" "van der Berg" phone="+31 20 555 0101"
        Who may: Developer and higher.

      Gus: /crm help lnik
      Tieline: Error: There is no command lnik.
        Did you mean link?
        Type /crm help to see what there is.
    `);
  });
});
