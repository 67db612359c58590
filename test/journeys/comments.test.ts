import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

describe('add_contacts in a comment', () => {
  it('links people and answers in the same discussion', async () => {
    await world.rows.subscribe('C0SALES01', 'acme');
    await world.plays(`
      Pia on acme/app#1: Two more customers wait for this.

        @tieline add_contacts [contact:ada@example.com] hedy@example.org
      Tieline on acme/app#1: 2 contacts added to acme/app#1.
        - ada@example.com: added
        - hedy@example.org: added
      Tieline in #sales: Pia Planck linked 2 contacts to acme/app#1 Export stops at 10 000 rows
        Hedy Lamarr, Ada Lovelace
    `);
    const [note, reply] = world.gitlab.state().notes.slice(-2);
    expect(reply?.discussionId).toBe(note?.discussionId);
    expect(await world.rows.linked('acme/app#1')).toEqual(['ada@example.com', 'hedy@example.org']);

    const [delivery] = world.gitlab
      .deliveries()
      .filter(({ requestBody }) => requestBody.includes('Two more'));
    expect(await world.rows.audit()).toEqual([
      {
        who: 'pia',
        surface: 'gitlab',
        action: 'contact.linked',
        on: 'issue acme/app#1',
        deliveryKey: delivery?.idempotencyKey,
      },
    ]);
    expect(await world.rows.outbox()).toMatchObject([
      { kind: 'slack.notice', lane: 'slack:T0ACME001:C0SALES01', state: 'sent' },
      { kind: 'gitlab.reply', dedupeKey: `gitlab.reply:note:${note?.id}`, state: 'sent' },
      { kind: 'gitlab-award.note', dedupeKey: `gitlab-award.note:note:${note?.id}`, state: 'sent' },
    ]);
  });

  it.each([
    ['the form to advertise', '@tieline add_contacts ada@example.com'],
    ['the form to advertise, as a phone writes it', '@Tieline Add_Contacts ada@example.com'],
    ['the short form', '/crm add_contacts ada@example.com'],
    ['the shortest form', '/crm add ada@example.com'],
    ["GitLab's own, where it is left in", '/add_contacts [contact:ada@example.com]'],
  ])('is to be had in %s', async (_, text) => {
    expect(await world.answer(`Pia on acme/app#1: ${text}`)).toBe(
      'Tieline on acme/app#1: 1 contact added to acme/app#1.\n  - ada@example.com: added',
    );
    expect(await world.rows.linked('acme/app#1')).toEqual(['ada@example.com']);
  });

  it('takes what people put between addresses', async () => {
    await world.plays(`
      Pia on acme/app#1: @tieline add_contacts ada@example.com, hedy@example.org;charles@example.com
      Tieline on acme/app#1: 3 contacts added to acme/app#1.
        - ada@example.com: added
        - hedy@example.org: added
        - charles@example.com: added

      Pia on acme/app#6: /add_contacts [contact:ada@example.com][contact:hedy@example.org],[contact:C2]
      Tieline on acme/app#6: 3 contacts added to acme/app#6.
        - ada@example.com: added
        - hedy@example.org: added
        - C2: added

      Pia on acme/website#1: @tieline add_contacts "[contact:ada@example.com]" contact:hedy@example.org C14
      Tieline on acme/website#1: 3 contacts added to acme/website#1.
        - ada@example.com: added
        - hedy@example.org: added
        - C14: added
    `);
  });

  it('adds up over several lines and keeps what is said between them', async () => {
    await world.plays(`
      Pia on acme/app#1: Hello.
        @tieline add_contacts ada@example.com
        and also
        /crm add hedy@example.org
        @tieline remove_contacts charles@example.com

        Thanks!
      Tieline on acme/app#1: 2 contacts added to acme/app#1.
        - ada@example.com: added
        - hedy@example.org: added
        Nothing changed on acme/app#1.
        - charles@example.com: was not there
    `);
  });

  it('says one line for each, whatever became of it', async () => {
    await world.plays(`
      Pia on acme/app#2: @tieline add_contacts ada@example.com ADA@example.com annie@apollo.example.org charlse@example.com seymour@cypress.example.org hedy@example.org
      Tieline on acme/app#2: :warning: 1 contact added to acme/app#2.
        - ada@example.com: was there already
        - annie@apollo.example.org: not added: the contact is inactive
        - charlse@example.com: not found; the nearest match is Charles Babbage (charles@example.com)
        - seymour@cypress.example.org: not found
        - hedy@example.org: added
    `);
    expect(await world.rows.linked('acme/app#2')).toEqual(['ada@example.com', 'hedy@example.org']);
  });

  it('adds six at a time and names the rest', async () => {
    await world.plays(`
      Pia on acme/app#1: @tieline add_contacts C1 C2 C3 C4 C5 C1 C6 C7 C8
      Tieline on acme/app#1: :warning: 6 contacts added to acme/app#1.
        - C1: added
        - C2: added
        - C3: added
        - C4: added
        - C5: added
        - C6: added
        - C7: not added: at most 6 contacts can be added at a time; add the rest in another go
        - C8: not added: at most 6 contacts can be added at a time; add the rest in another go
    `);
    expect(await world.rows.linked('acme/app#1')).toHaveLength(6);
  });

  it('stays among those who may read, when the comment or the issue does', async () => {
    await world.plays(`
      Pia on acme/app#1 (internal): @tieline add_contacts ada@example.com
      Tieline on acme/app#1 (internal): 1 contact added to acme/app#1.
        - ada@example.com: added

      Pia on acme/app#4: @tieline contacts
      Tieline on acme/app#4 (internal): acme/app#4 has 1 contact.
        - Alan Turing · alan@bletchley.example.org – Bletchley Logistics · +44 1908 555 201 · C10
    `);
  });
});

describe('remove_contacts and contacts in a comment', () => {
  it('unlink and list', async () => {
    await world.plays(`
      Rita on acme/app#3: @tieline contacts
      Tieline on acme/app#3 (internal): acme/app#3 has 2 contacts.
        - Rosa Baker · rosa@harbour.example.com – Harbour Bakery · +351 21 555 0120 · C17
        - Margaret Hamilton · margaret@apollo.example.org – Apollo Guidance · +1 617 555 0101 · C5

      Rita on acme/app#3: @tieline remove_contacts ROSA@harbour.example.com ada@example.com
      Tieline on acme/app#3: 1 contact removed from acme/app#3.
        - ROSA@harbour.example.com: removed
        - ada@example.com: was not there

      Rita on acme/app#3: /crm remove margaret@apollo.example.org
      Tieline on acme/app#3: 1 contact removed from acme/app#3.
        - margaret@apollo.example.org: removed

      Rita on acme/app#3: /crm contacts
      Tieline on acme/app#3 (internal): acme/app#3 has no contacts.
        Link one with @tieline add_contacts ada@example.com
    `);
    expect(await world.rows.audit()).toMatchObject([
      { who: 'rita', surface: 'gitlab', action: 'contact.unlinked', on: 'issue acme/app#3' },
      { who: 'rita', surface: 'gitlab', action: 'contact.unlinked', on: 'issue acme/app#3' },
    ]);
  });
});

describe('help in a comment', () => {
  it.each(['@tieline help', '@tieline', '/crm help', '/crm'])('%s', async (text) => {
    const answer = await world.answer(`Gus on acme/app#1: ${text}`);
    expect(answer).toContain('- @tieline add_contacts <contact…> – Link contacts to an issue.');
    expect(answer).toContain('- @tieline contacts – List the contacts of an issue.');
    expect(answer).toContain('One command a line, at the start of the line.');
  });
});

describe('who may do what in a comment', () => {
  it.each(['Olga', 'Max', 'Dev', 'Rita', 'Pia'])('%s links people', async (who) => {
    expect(await world.answer(`${who} on acme/app#1: @tieline add_contacts ada@example.com`)).toBe(
      'Tieline on acme/app#1: 1 contact added to acme/app#1.\n  - ada@example.com: added',
    );
  });

  it('a Guest does not, and is told who may', async () => {
    await world.changesNothing(() =>
      world.plays(`
        Gus on acme/app#1: @tieline add_contacts ada@example.com
        Tieline on acme/app#1: :warning: You may not change an issue's contacts in acme/app#1.
          It takes the Planner role or higher there; ask one of its owners.

        Gus on acme/app#2: @tieline remove_contacts ada@example.com
        Tieline on acme/app#2: :warning: You may not change an issue's contacts in acme/app#2.
          It takes the Planner role or higher there; ask one of its owners.

        Gus on acme/app#2: /crm contacts
        Tieline on acme/app#2: :warning: You may not view an issue's contacts in acme/app#2.
          It takes the Planner role or higher there; ask one of its owners.
      `),
    );
  });

  it('in a personal project there are no contacts to link', async () => {
    await world.gitlab.setRole('tieline', 'nina/notes', 'maintainer');
    await world.changesNothing(() =>
      world.plays(`
        Nina on nina/notes#1: @tieline add_contacts ada@example.com
        Tieline on nina/notes#1: :warning: nina/notes#1 is in a personal namespace, and contacts belong to groups.
          Move the project into a group to link contacts to its issues.

        Nina on nina/notes#1: @tieline contacts
        Tieline on nina/notes#1: :warning: nina/notes#1 is in a personal namespace, and contacts belong to groups.
          Move the project into a group to link contacts to its issues.
      `),
    );
  });

  it('who is blocked before the comment is handled has no rights any more', async () => {
    await world.changesNothing(async () => {
      const hold = world.gitlab.faults.hold(/\/notes\/\d+$/);
      await world.starts('Max on acme/app#1: @tieline add_contacts ada@example.com');
      await hold.arrived();
      await world.gitlab.block('max');
      // What is remembered of a person serves for a minute; a member hook ends it.
      await world.gitlab.setRole('max', 'acme/support', 'owner');
      await world.gitlab.idle();
      hold.release();
      await world.settled();
      expect(world.heard()).toEqual([
        'Tieline on acme/app#1: :warning: Issue acme/app#1 does not exist, or you may not see it.\n' +
          'An issue is written as group/project#12.',
      ]);
    });
    await world.gitlab.unblock('max');
    await world.gitlab.setRole('max', 'acme/support', null);
  });
});

describe('the description of a new issue', () => {
  it('holds commands like a comment, and is answered below', async () => {
    await world.plays(`
      Rita opens in acme/app: Printer on fire
        It burns.

        @tieline add_contacts ada@example.com C20
      Tieline on acme/app#7: 2 contacts added to acme/app#7.
        - ada@example.com: added
        - C20: added
    `);
    expect(await world.rows.linked('acme/app#7')).toEqual(['ada@example.com', 'hedy@example.org']);
  });

  it('is answered internally when the issue is confidential', async () => {
    await world.plays(`
      Rita opens confidentially in acme/app: Secret printer
        /crm add ada@example.com
      Tieline on acme/app#8 (internal): 1 contact added to acme/app#8.
        - ada@example.com: added
    `);
  });

  it('is not obeyed for a Guest', async () => {
    await world.changesNothing(() =>
      world.plays(`
        Gus opens in acme/app: Please help
          @tieline add_contacts ada@example.com
        Tieline on acme/app#9: :warning: You may not change an issue's contacts in acme/app#9.
          It takes the Planner role or higher there; ask one of its owners.
      `),
    );
  });
});

describe('what is no command stays unanswered', () => {
  it('prose, code, quotes, lists and mentions of others', async () => {
    await world.changesNothing(() =>
      world.plays(`
        Pia on acme/app#1: Ask @tieline to add_contacts ada@example.com
        Pia on acme/app#1: > @tieline add_contacts ada@example.com
        Pia on acme/app#1: - @tieline add_contacts ada@example.com
        Pia on acme/app#1: \`@tieline add_contacts ada@example.com\`
        Pia on acme/app#1: \`\`\`
          /add_contacts ada@example.com
          \`\`\`
        Pia on acme/app#1: # @tieline add_contacts ada@example.com
        Pia on acme/app#1: /close
        Pia on acme/app#1: /crmadd ada@example.com
        Pia on acme/app#1: @tieliner add_contacts ada@example.com
      `),
    );
  });
});
