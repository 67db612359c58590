import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

const firstLine = (answer: string): string => answer.split('\n')[0] ?? '';

/** What somebody is told first, from the same customers as everybody else. */
async function told(line: string): Promise<string> {
  await world.reset();
  return firstLine(await world.answer(line));
}

const VIEW = ['Olga', 'Max', 'Dev', 'Rita', 'Pia'];
const CREATE = ['Olga', 'Max', 'Dev'];

const NO_GROUP = 'Tieline: Warning: No group shows you its contacts.';
const NO_ISSUE = 'does not exist, or you may not see it.';

describe('who may do what on Slack', () => {
  it.each([
    {
      command: 'find hedy',
      who: VIEW,
      answer: 'Found for hedy in acme:',
      refused: {
        Gus: NO_GROUP,
        Sam: NO_GROUP,
        Nina: 'Tieline: Warning: Nothing found for hedy in globex.',
      },
    },
    {
      command: 'find hedy group=acme',
      who: VIEW,
      answer: 'Found for hedy in acme:',
      refused: {
        Gus: 'Tieline: Error: You may not view contacts in acme.',
        Sam: 'Tieline: Error: Group acme does not exist, or you may not see it.',
        Nina: 'Tieline: Error: Group acme does not exist, or you may not see it.',
      },
    },
    {
      command: 'show hedy@example.org group=acme',
      who: VIEW,
      answer: 'Hedy Lamarr',
      refused: {
        Gus: 'Tieline: Error: You may not view contacts in acme.',
        Nina: 'Tieline: Error: Group acme does not exist, or you may not see it.',
      },
    },
    {
      command: 'issues ada@example.com group=acme',
      who: VIEW,
      answer: 'Ada Lovelace has 1 open issue.',
      refused: {
        Gus: 'Tieline: Error: You may not view contacts in acme.',
        Nina: 'Tieline: Error: Group acme does not exist, or you may not see it.',
      },
    },
    {
      command: 'new contact Grace Hopper group=acme',
      who: CREATE,
      answer: 'Contact Grace Hopper created.',
      refused: {
        Rita: 'Tieline: Error: You may not create contacts in acme.',
        Pia: 'Tieline: Error: You may not create contacts in acme.',
        Gus: 'Tieline: Error: You may not create contacts in acme.',
        Sam: 'Tieline: Error: Group acme does not exist, or you may not see it.',
        Nina: 'Tieline: Error: Group acme does not exist, or you may not see it.',
      },
    },
    {
      command: 'new org Weavers group=acme',
      who: CREATE,
      answer: 'Organization Weavers created.',
      refused: {
        Rita: 'Tieline: Error: You may not create organizations in acme.',
        Pia: 'Tieline: Error: You may not create organizations in acme.',
        Gus: 'Tieline: Error: You may not create organizations in acme.',
        Nina: 'Tieline: Error: Group acme does not exist, or you may not see it.',
      },
    },
    {
      command: 'contacts acme/app#2',
      who: VIEW,
      answer: 'acme/app#2 has 1 contact.',
      refused: {
        Gus: "Tieline: Error: You may not view an issue's contacts in acme/app#2.",
        Sam: `Tieline: Error: Issue acme/app#2 ${NO_ISSUE}`,
        Nina: `Tieline: Error: Issue acme/app#2 ${NO_ISSUE}`,
      },
    },
    {
      command: 'link acme/app#1 hedy@example.org',
      who: VIEW,
      answer: '1 contact added to acme/app#1.',
      refused: {
        Gus: "Tieline: Error: You may not change an issue's contacts in acme/app#1.",
        Sam: `Tieline: Error: Issue acme/app#1 ${NO_ISSUE}`,
        Nina: `Tieline: Error: Issue acme/app#1 ${NO_ISSUE}`,
      },
    },
    {
      command: 'unlink acme/app#2 ada@example.com',
      who: VIEW,
      answer: '1 contact removed from acme/app#2.',
      refused: {
        Gus: "Tieline: Error: You may not change an issue's contacts in acme/app#2.",
        Nina: `Tieline: Error: Issue acme/app#2 ${NO_ISSUE}`,
      },
    },
    {
      command: 'group acme',
      who: VIEW,
      answer: 'This channel now works in acme.',
      refused: {
        Gus: 'Tieline: Error: You may not view contacts in acme.',
        Nina: 'Tieline: Error: Group acme does not exist, or you may not see it.',
      },
    },
  ])('/crm $command', async ({ command, who, answer, refused }) => {
    for (const name of who)
      expect(`${name} is told ${await told(`${name}: /crm ${command}`)}`).toBe(
        `${name} is told Tieline: ${answer}`,
      );
    await world.reset();
    await world.changesNothing(async () => {
      for (const [name, words] of Object.entries(refused))
        expect(`${name} is told ${await told(`${name}: /crm ${command}`)}`).toBe(`${name} is told ${words}`);
    });
  });

  it('nobody acts for whom GitLab has no account, or a blocked one', async () => {
    await world.changesNothing(() =>
      world.plays(`
        Erin: /crm find ada
        Tieline: Warning: I do not know which GitLab account is yours.
          Your rights come from GitLab, so I need to know who you are there.
          Connect your account with /crm connect: it takes a minute, once.
          [Connect GitLab]

        Erin: /crm link acme/app#1 ada@example.com
        Tieline: Warning: I do not know which GitLab account is yours.
          Your rights come from GitLab, so I need to know who you are there.
          Connect your account with /crm connect: it takes a minute, once.
          [Connect GitLab]

        Bea: /crm find ada
        Tieline: Error: The GitLab account bea is blocked.

        Bea: /crm new contact Grace Hopper
        Tieline: Error: The GitLab account bea is blocked.
      `),
    );
  });

  it('whoever is blocked later can do nothing from then on', async () => {
    await world.gitlab.block('max');
    try {
      // What is remembered of a person serves for a minute; a member hook ends it.
      await world.gitlab.setRole('max', 'acme/support', 'owner');
      await world.settled();
      await world.plays(`
        Max: /crm find ada
        Tieline: Error: The GitLab account max is blocked.
      `);
    } finally {
      await world.gitlab.unblock('max');
      await world.gitlab.setRole('max', 'acme/support', null);
    }
  });

  it('a role that changes counts from the next command on', async () => {
    try {
      await world.gitlab.setRole('pia', 'acme', 'developer');
      await world.settled();
      expect(await told('Pia: /crm new contact Grace Hopper')).toBe('Tieline: Contact Grace Hopper created.');
      await world.gitlab.setRole('pia', 'acme', 'guest');
      await world.settled();
      expect(await told('Pia: /crm find hedy')).toBe(NO_GROUP);
    } finally {
      await world.gitlab.setRole('pia', 'acme', 'planner');
    }
  });

  it('a role in a subgroup alone shows the issue but not the contacts of the company', async () => {
    await world.changesNothing(() =>
      world.plays(`
        Sam: /crm contacts acme/support/desk#1
        Tieline: Error: You may not view an issue's contacts in acme.
          It takes the Planner role or higher there; ask one of its owners.

        Sam: /crm link acme/support/desk#1 ada@example.com
        Tieline: Error: You may not change an issue's contacts in acme.
          It takes the Planner role or higher there; ask one of its owners.

        Sam on acme/support/desk#1: @tieline add_contacts ada@example.com
        Tieline on acme/support/desk#1: :warning: You may not change an issue's contacts in acme.
          It takes the Planner role or higher there; ask one of its owners.

        Sam: /crm whoami group=acme/support
        Tieline: On GitLab you are Sam Samuelsen (sam).
          Found by your e-mail address, which is confirmed there.
          No group is settled on here, or you hold no role in it.
      `),
    );
  });
});

describe('a confidential issue', () => {
  it('is worked on by those who may read it', async () => {
    await world.plays(`
      Pia: /crm contacts acme/app#4
      Tieline: acme/app#4 has 1 contact.
        Attachment links can be guessed · confidential
        Alan Turing · alan@bletchley.example.org
        Bletchley Logistics · +44 1908 555 201 · C10 · 1 open issue [Show]
        [Link contacts] [Remove contacts] [Share]

      Pia: /crm link acme/app#4 ada@example.com
      Tieline: 1 contact added to acme/app#4.
        - Ada Lovelace (ada@example.com): added

      Pia on acme/app#4: @tieline remove_contacts ada@example.com
      Tieline on acme/app#4: 1 contact removed from acme/app#4.
        - ada@example.com: removed
    `);
  });

  it('is named to a channel by its reference alone', async () => {
    await world.rows.subscribe('C0SALES01', 'acme');
    await world.plays(`
      Pia: /crm link acme/app#4 ada@example.com
      Tieline: 1 contact added to acme/app#4.
        - Ada Lovelace (ada@example.com): added
      Tieline in #sales: Pia Planck linked 1 contact to acme/app#4
    `);
  });

  it('is not there for a Guest, but for the one who wrote it', async () => {
    await world.plays(`
      Gus: /crm contacts acme/app#4
      Tieline: Error: Issue acme/app#4 does not exist, or you may not see it.
        An issue is written as group/project#12.

      Gus opens confidentially in acme/website: I can see all invoices
      Gus: /crm contacts acme/website#2
      Tieline: Error: You may not view an issue's contacts in acme/website#2.
        It takes the Planner role or higher there; ask one of its owners.

      Dev: /crm contacts acme/website#2
      Tieline: acme/website#2 has no contacts.
        I can see all invoices · confidential
        Link one with /crm link acme/website#2 ada@example.com
        [Link contacts] [Share]
    `);
  });
});

describe('with CRM turned off', () => {
  it('for the group of the issue, nobody uses it there, and everybody elsewhere', async () => {
    await world.rows.setGroup('acme/support', { crmEnabled: false });
    await world.changesNothing(() =>
      world.plays(`
        Olga: /crm link acme/support/desk#1 ada@example.com
        Tieline: Error: CRM is off for acme/support.
          An owner of the group can turn it on.

        Olga: /crm contacts acme/support/desk#1
        Tieline: Error: CRM is off for acme/support.
          An owner of the group can turn it on.

        Olga on acme/support/desk#1: @tieline add_contacts ada@example.com
        Tieline on acme/support/desk#1: :warning: CRM is off for acme/support.
          An owner of the group can turn it on.

        Olga: /crm contacts acme/app#2
        Tieline: acme/app#2 has 1 contact.
          Login fails after the password was reset on another device
          Ada Lovelace · ada@example.com
          Analytical Engines Ltd · +44 20 7946 0001 · C1 · 1 open issue [Show]
          [Link contacts] [Remove contacts] [Share]

        Olga: /crm show C20 group=acme/support
        Tieline: Hedy Lamarr
          E-mail: hedy@example.org
          Phone: +43 1 555 0140
          Number: C20
          Note: Independent. Radio questions.
          No open issues
          [Issues] [Link to an issue] [Edit] [Deactivate] [Share]
      `),
    );
  });

  it('for the crm group, nobody uses it anywhere', async () => {
    await world.rows.setGroup('acme', { crmEnabled: false });
    await world.changesNothing(() =>
      world.plays(`
        Olga: /crm find ada
        Tieline: Error: CRM is off for acme.
          An owner of the group can turn it on.

        Olga: /crm new contact Grace Hopper
        Tieline: Error: CRM is off for acme.
          An owner of the group can turn it on.

        Olga: /crm new org Weavers
        Tieline: Error: CRM is off for acme.
          An owner of the group can turn it on.

        Olga: /crm link acme/app#1 ada@example.com
        Tieline: Error: CRM is off for acme.
          An owner of the group can turn it on.

        Olga: /crm contacts acme/support/desk#1
        Tieline: Error: CRM is off for acme.
          An owner of the group can turn it on.

        Olga on acme/app#1: @tieline contacts
        Tieline on acme/app#1: :warning: CRM is off for acme.
          An owner of the group can turn it on.

        Gus: /crm find ada group=acme
        Tieline: Error: You may not view contacts in acme.
          It takes the Planner role or higher there; ask one of its owners.

        Nina: /crm find ada group=acme
        Tieline: Error: Group acme does not exist, or you may not see it.
          A group is named by its full path, such as acme/support.
      `),
    );
  });
});

describe('a group that takes its contacts from another', () => {
  it('counts the role there too', async () => {
    await world.rows.setGroup('acme/platform', { source: 'acme/support' });
    await world.plays(`
      Pia: /crm find --contacts group=acme/platform
      Tieline: Warning: Nothing found in acme/support.
        Create a contact with /crm new contact

      Sam: /crm find ada group=acme/support
      Tieline: Error: You may not view contacts in acme.
        It takes the Planner role or higher there; ask one of its owners.

      Sam: /crm contacts acme/platform/infra/ops#1
      Tieline: Error: Issue acme/platform/infra/ops#1 does not exist, or you may not see it.
        An issue is written as group/project#12.

      Sam: /crm new contact Grace Hopper group=acme/platform
      Tieline: Contact Grace Hopper created.
        Number: C31
        Link to an issue with /crm link group/project#1 C31

      Sam: /crm new contact Grace Hopper group=acme/support
      Tieline: Error: You may not create contacts in acme.
        It takes the Developer role or higher there; ask one of its owners.

      Max opens in acme/platform/infra/ops: Disks are full
      Max: /crm link acme/platform/infra/ops#2 C31
      Tieline: 1 contact added to acme/platform/infra/ops#2.
        - Grace Hopper: added

      Max: /crm link acme/platform/infra/ops#2 ada@example.com
      Tieline: Warning: Nothing changed on acme/platform/infra/ops#2.
        - ada@example.com: not found
        Create a contact with /crm new contact ada@example.com
    `);
  });
});

describe('what may not be seen is answered exactly like what does not exist', () => {
  it.each([
    ['a group of another company', 'Nina', '/crm find ada group=acme', 'acme', 'acne'],
    [
      'a subgroup of another company',
      'Nina',
      '/crm find ada group=acme/support',
      'acme/support',
      'acme/suppott',
    ],
    ['the group of a new contact', 'Nina', '/crm new contact A B group=acme', 'acme', 'acne'],
    ['the group of a new organization', 'Nina', '/crm new org A group=acme', 'acme', 'acne'],
    ['the group of a card', 'Nina', '/crm show C1 group=acme', 'acme', 'acne'],
    ['the group of a channel', 'Nina', '/crm group acme', 'acme', 'acne'],
    ['a subgroup for a channel', 'Nina', '/crm group acme/support', 'acme/support', 'acme/suppott'],
    ['who one is in a hidden group', 'Nina', '/crm whoami group=acme', 'acme', 'acne'],
    ['a group above the own one', 'Sam', '/crm find ada group=acme', 'acme', 'acne'],
    [
      'a group beside the own one',
      'Sam',
      '/crm find ada group=acme/platform',
      'acme/platform',
      'acme/platfrom',
    ],
    ['an issue of another company', 'Nina', '/crm contacts acme/app#1', 'acme/app#1', 'acme/app#99'],
    ['a project of another company', 'Nina', '/crm link acme/app#1 C1', 'acme/app#1', 'acme/apt#1'],
    ['an issue beside the own group', 'Sam', '/crm unlink acme/app#2 C1', 'acme/app#2', 'acme/app#99'],
    ['a confidential issue', 'Gus', '/crm contacts acme/app#4', 'acme/app#4', 'acme/app#99'],
    ['a confidential issue to link to', 'Gus', '/crm link acme/app#4 C1', 'acme/app#4', 'acme/app#99'],
    [
      'an issue of another company, in capitals',
      'Nina',
      '/crm contacts Acme/App#1',
      'Acme/App#1',
      'Acme/Apt#1',
    ],
    ['a group of another company, in capitals', 'Nina', '/crm find ada group=ACME', 'ACME', 'ACNE'],
    ['a personal project', 'Pia', '/crm contacts nina/notes#1', 'nina/notes#1', 'nina/motes#1'],
    ['a contact of another company by number', 'Pia', '/crm show C26', 'C26', 'C99'],
    ['an organization of another company', 'Pia', '/crm show O7', 'O7', 'O99'],
    [
      'a contact of another company by address',
      'Pia',
      '/crm issues edna@cypress.example.org',
      'edna@cypress.example.org',
      'xqzy@nowhere.example.net',
    ],
    ['a contact of another company to link', 'Pia', '/crm link acme/app#1 C26', 'C26', 'C99'],
  ])('%s', async (_, who, line, hidden, missing) => {
    const asked = (reference: string): Promise<string> =>
      world.answer(`${who}: ${line.replace(hidden, reference)}`);
    await world.changesNothing(async () => {
      const ofHidden = await asked(hidden);
      const ofMissing = await asked(missing);
      const bare = (answer: string, reference: string): string =>
        answer.replaceAll('such as acme/support', 'such as …').replaceAll(reference, 'it');
      expect(bare(ofHidden, hidden)).toBe(bare(ofMissing, missing));
    });
  });
});
