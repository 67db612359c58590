import { afterEach, describe, expect, it } from 'vitest';
import { groupId } from '../../src/domain/ids.ts';
import { announce } from '../../src/services/notices/announce.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();
const notices = () =>
  world.db.database.prisma.outboxMessage.findMany({
    where: { kind: 'slack.notice' },
    orderBy: { id: 'asc' },
  });

describe('/crm notify', () => {
  it('lets a channel hear of a group, of some things alone, or of nothing more', async () => {
    await world.plays(`
      Pia in #sales: /crm notify
      Tieline: This channel has no notices turned on.
        Turn them on with /crm notify on
        [Change]

      Pia in #sales: /crm notify on
      Tieline: This channel will hear what happens in acme.
        It is told about everything.
        Stop with /crm notify off

      Pia in #sales: /crm notify on acme --only links,contacts
      Tieline: This channel will hear what happens in acme.
        It is told about contacts created, edited, activated or deactivated and contacts linked to issues or removed from them.
        Stop with /crm notify off

      Pia in #sales: /crm notify
      Tieline: This channel hears what happens in:
        - acme
          contacts created, edited, activated or deactivated and contacts linked to issues or removed from them
        Stop with /crm notify off
        [Change]

      Dev in #sales: /crm notify off
      Tieline: 1 subscription ended: this channel is told nothing more.

      Dev in #sales: /crm notify off
      Tieline: This channel had no notices turned on.
    `);
  });

  it('takes the right to view the contacts, which nobody can lend to a channel', async () => {
    await world.changesNothing(() =>
      world.plays(`
        Gus in #sales: /crm notify on acme
        Tieline: Error: You may not view contacts in acme.
          It takes the Planner role or higher there; ask one of its owners.

        Nina in #sales: /crm notify on acme
        Tieline: Error: Group acme does not exist, or you may not see it.
          A group is named by its full path, such as acme/support.

        Sam in #sales: /crm notify on acme/platform
        Tieline: Error: Group acme/platform does not exist, or you may not see it.
          A group is named by its full path, such as acme/support.
      `),
    );
    expect(await world.db.database.prisma.subscription.count()).toBe(0);
  });
});

describe('a channel that hears everything', () => {
  it('is told of each kind of thing that happens, and of nothing in other companies', async () => {
    await world.plays(`
      Pia in #sales: /crm notify on acme/support
      Tieline: This channel will hear what happens in acme.
        It is told about everything.
        Stop with /crm notify off

      Dev: /crm new contact Grace Hopper grace@example.com
      Tieline: Contact Grace Hopper created.
        E-mail: grace@example.com
        Number: C31
        Link to an issue with /crm link group/project#1 grace@example.com
      Tieline in #sales: Dev Devani created the contact Grace Hopper.

      Dev: /crm new org Weavers
      Tieline: Organization Weavers created.
        Number: O9
      Tieline in #sales: Dev Devani created the organization Weavers.

      Dev: /crm edit C31 last=Murray phone=12
      Tieline: Grace Murray edited.
        Last name: Hopper → Murray
        Phone: (empty) → 12
      Tieline in #sales: Dev Devani edited the contact Grace Murray (formerly Grace Hopper): last name and phone.

      Dev: /crm deactivate O9
      Tieline: Weavers is inactive now.
        Its contacts stay as they are.
        [Activate]
      Tieline in #sales: Dev Devani deactivated the organization Weavers.

      Dev presses: Activate
      Tieline edits: Weavers is active now.
        [Deactivate]
      Tieline in #sales: Dev Devani activated the organization Weavers.

      Pia: /crm link acme/app#1 C31
      Tieline: 1 contact added to acme/app#1.
        - Grace Murray (grace@example.com): added
      Tieline in #sales: Pia Planck linked 1 contact to acme/app#1 Export stops at 10 000 rows
        Grace Murray

      Pia on acme/app#1: @tieline remove_contacts grace@example.com
      Tieline on acme/app#1: 1 contact removed from acme/app#1.
        - grace@example.com: removed
      Tieline in #sales: Pia Planck removed 1 contact from acme/app#1 Export stops at 10 000 rows
        Grace Murray

      Olga: /crm disable acme/support
      Tieline: CRM is off for acme/support now.
        Nobody sees or changes the contacts of its issues. Nothing was deleted; groups below it have settings of their own.
        [Turn on]
      Tieline in #sales: Olga Owens turned CRM off for acme/support.

      Nina: /crm new contact Homer Simpson
      Tieline: Contact Homer Simpson created.
        Number: C32
        Link to an issue with /crm link group/project#1 C32
    `);
  }, 120_000);

  it('of a confidential issue it is told the reference, and neither its title nor whom it is about', async () => {
    await world.rows.subscribe('C0SALES01', 'acme');
    await world.plays(`
      Pia: /crm link acme/app#4 ada@example.com
      Tieline: 1 contact added to acme/app#4.
        - Ada Lovelace (ada@example.com): added
      Tieline in #sales: Pia Planck linked 1 contact to acme/app#4
    `);
  });
});

describe('a channel that hears some things alone', () => {
  it('is told of those, and of nothing once it is turned off', async () => {
    await world.plays(`
      Pia in #sales: /crm notify on --only links
      Tieline: This channel will hear what happens in acme.
        It is told about contacts linked to issues or removed from them.
        Stop with /crm notify off

      Dev: /crm new contact Grace Hopper
      Tieline: Contact Grace Hopper created.
        Number: C31
        Link to an issue with /crm link group/project#1 C31

      Pia: /crm link acme/app#1 C31
      Tieline: 1 contact added to acme/app#1.
        - Grace Hopper: added
      Tieline in #sales: Pia Planck linked 1 contact to acme/app#1 Export stops at 10 000 rows
        Grace Hopper

      Pia in #sales: /crm notify off
      Tieline: 1 subscription ended: this channel is told nothing more.

      Pia: /crm unlink acme/app#1 C31
      Tieline: 1 contact removed from acme/app#1.
        - Grace Hopper: removed
    `);
    expect(await notices()).toHaveLength(1);
  });

  it('does not know what there is no such thing as', async () => {
    const answer = await world.answer('Pia in #sales: /crm notify on --only gossip');
    expect(answer).toContain('There is no option gossip here.');
    expect(await world.db.database.prisma.subscription.count()).toBe(0);
  });
});

describe('a notice', () => {
  it('is not written when nothing changed', async () => {
    await world.rows.subscribe('C0SALES01', 'acme');
    await world.changesNothing(async () => {
      await world.answer('Dev: /crm new contact Ada Lovelace ada@example.com');
      await world.answer('Dev: /crm new org Navy');
      await world.answer('Pia: /crm link acme/app#2 ada@example.com');
      await world.answer('Pia: /crm unlink acme/app#1 ada@example.com');
      await world.answer('Dev: /crm activate ada@example.com');
    });
  });

  it('that cannot be written takes the change back with it', async () => {
    await world.rows.subscribe('C0SALES01', 'acme');
    const { prisma } = world.db.database;
    await prisma.$executeRaw`ALTER TABLE outbox ADD CONSTRAINT no_notices CHECK (kind <> 'slack.notice')`;
    try {
      await world.changesNothing(async () => {
        const answer = await world.answer('Dev: /crm new contact Grace Hopper');
        expect(answer).not.toContain('created');
      });
    } finally {
      await prisma.$executeRaw`ALTER TABLE outbox DROP CONSTRAINT no_notices`;
    }
    expect(await world.answer('Dev: /crm new contact Grace Hopper')).toContain('created');
  });

  it('is sent once, however often Slack and GitLab tell of the same act', async () => {
    await world.rows.subscribe('C0SALES01', 'acme');
    await world.answer('Dev: /crm new contact Grace Hopper grace@example.com');
    await world.slack.replay();
    await world.settled();
    expect(await notices()).toHaveLength(1);
    await world.answer('Pia on acme/app#1: @tieline add_contacts grace@example.com');
    const [delivery] = world.gitlab
      .deliveries()
      .filter(({ trigger }) => trigger === 'note_hooks')
      .slice(-1);
    await world.gitlab.resend(delivery?.id ?? 0);
    await world.settled();
    expect(await notices()).toHaveLength(2);
    expect(world.heard()).toEqual([]);
  });

  it('for a channel that is gone is given up and kept, the channel is left alone, and says why', async () => {
    await world.answer('Pia in #sales: /crm notify on');
    await world.answer('Pia in #general: /crm notify on');
    world.slack.fail('chat.postMessage', { error: 'is_archived' });
    const heard = await world.answer('Dev: /crm new contact Grace Hopper');
    expect(heard).toContain('Dev Devani created the contact Grace Hopper.');
    expect(heard).toContain('Tieline in person: Warning: Notices of acme have ended in a channel.');
    const [first, second] = await notices();
    expect([first?.state, second?.state].sort()).toEqual(['failed', 'sent']);
    const failed = [first, second].find((row) => row?.state === 'failed');
    expect(failed).toMatchObject({ outcome: expect.stringContaining('is_archived'), attempts: 1 });
    await world.db.database.prisma.outboxMessage.deleteMany({ where: { state: 'failed' } });
    await world.answer('Dev: /crm new contact Homer Simpson');
    const told = (await notices()).filter(({ dedupeKey }) => dedupeKey.startsWith('contact.created'));
    expect(told).toHaveLength(2);
    const channel = failed?.lane.endsWith('C0SALES01') ? 'sales' : 'general';
    expect(await world.answer(`Pia in #${channel}: /crm notify`)).toContain(
      'turned off: the channel is archived',
    );
    expect(await world.answer(`Pia in #${channel}: /crm notify on`)).toContain('will hear');
    expect(await world.answer(`Pia in #${channel}: /crm notify`)).not.toContain('turned off');
  }, 60_000);
});

describe('a channel whose notices somebody turned on who may not see them any more', () => {
  afterEach(async () => {
    await world.gitlab.setRole('max', 'acme', 'maintainer');
    await world.gitlab.setRole('olga', 'acme', 'owner');
  });
  const kinds = async () =>
    (await world.db.database.prisma.subscription.findMany()).map(({ kinds: left, disabledReason }) => [
      left,
      disabledReason,
    ]);

  it('is told so once, as they are, and of nothing more until somebody who may turns them on again', async () => {
    await world.answer('Max in #sales: /crm notify on acme');
    await world.gitlab.setRole('max', 'acme', 'guest');
    await world.settled();
    const heard = await world.answer('Dev: /crm new contact Homer Simpson');
    expect(heard).not.toContain('created the contact Homer');
    expect(heard.split(/\n(?=Tieline)/).sort()).toEqual([
      expect.stringContaining(
        'Tieline in #sales: Warning: Notices of acme have ended here.\n' +
          '  Whoever turned them on may not view its contacts any more.\n' +
          '  Whoever may see them can turn them on again with /crm notify on',
      ),
      expect.stringContaining(
        'Tieline in person: Warning: Notices of acme have ended in a channel.\n' +
          '  You turned them on there, but you may not view its contacts any more.',
      ),
      expect.stringContaining('Contact Homer Simpson created.'),
    ]);
    expect(await kinds()).toEqual([[[], 'whoever turned them on may not view its contacts any more']]);
    expect(await world.answer('Dev: /crm new contact Lisa Simpson')).not.toContain('in #sales');
    expect(await world.answer('Pia in #sales: /crm notify')).toContain(
      'turned off: whoever turned them on may not view its contacts any more',
    );
    await world.answer('Pia in #sales: /crm notify on acme');
    expect(await world.answer('Dev: /crm new contact Bart Simpson')).toContain(
      'in #sales: Dev Devani created',
    );
  });

  it('keeps what an Owner’s right is not needed for when they are one no more', async () => {
    await world.answer('Olga in #sales: /crm notify on acme --only health,links');
    await world.gitlab.setRole('olga', 'acme', 'developer');
    await world.settled();
    const group = await world.db.database.prisma.group.findFirstOrThrow({ where: { fullPath: 'acme' } });
    await world.db.database.transaction((tx) =>
      announce(tx, null, {
        crmGroupId: groupId(group.id),
        event: { kind: 'health.raised', what: 'a token ends', todo: 'renew it' },
        key: 'test',
      }),
    );
    world.tieline.worker.wake();
    await world.settled();
    const heard = world.heard().join('\n');
    expect(heard).not.toContain('a token ends');
    expect(heard).toContain('Whoever turned them on is no Owner of it any more.');
    expect(heard).toContain('You turned them on there, but you are no Owner of it any more.');
    expect(await kinds()).toEqual([[['links'], null]]);
    expect(await world.answer('Pia: /crm link acme/app#1 ada@example.com')).toContain(
      'in #sales: Pia Planck',
    );
  });

  it('hears of it later where GitLab gives no answer just now', async () => {
    await world.answer('Max in #sales: /crm notify on acme');
    world.advance(61_000);
    await world.answer('Dev: /crm show ada@example.com');
    world.gitlab.faults.respond({ path: /\/members\//, status: 502, times: 4 });
    expect(await world.answer('Dev: /crm new contact Homer Simpson')).toContain(
      'in #sales: Dev Devani created the contact Homer Simpson.',
    );
    const [sent] = await notices();
    expect(sent).toMatchObject({ state: 'sent', attempts: 2 });
  });
});
