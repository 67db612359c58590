import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plainText } from '../../../src/commands/reply.ts';
import { wordNotice } from '../../../src/commands/wording/notices.ts';
import { fromJson, type Json } from '../../../src/domain/json.ts';
import { recordAndLoad } from '../../../src/services/groups/open-crm-group.ts';
import type { NoticePayload } from '../../../src/services/notices/announce.ts';
import { postedNotice } from '../../../src/services/notices/edit-notices.ts';
import { leaveTransferBehind, migrateTransfer } from '../../../src/services/transfers/decide-held.ts';
import { openTransferStage, type TransferStage } from '../../support/transfer-stage.ts';

/** Roots R, N and M; A, which Ada is a customer of, has gone from R to N and nobody knows who moved it. */
let stage: TransferStage;

beforeAll(async () => {
  stage = await openTransferStage();
});
afterAll(async () => stage.close());

beforeEach(async () => {
  await stage.reset();
  for (const [name, parent] of [
    ['R', null],
    ['A', 'R'],
    ['N', null],
    ['M', null],
  ] as const) {
    await stage.group(name, parent);
  }
  await stage.project('PA', 'A');
  await stage.link(
    await stage.issue('PA'),
    await stage.contact('R', 'Ada One', { email: 'ada@example.com' }),
  );
  stage.person('both', { R: 'owner', N: 'owner', M: 'owner' });
  await stage.subscribe('R', 'C1');
  await stage.subscribe('N', 'C2');
  stage.moveGroup('A', 'N');
  await detect();
});

const detect = () => recordAndLoad(stage.deps, stage.hierarchy('A'));
const theHeld = async (): Promise<bigint> =>
  (await stage.transfers()).find(({ state }) => state === 'held')?.id ?? 0n;
const migrate = async () => migrateTransfer(stage.deps, stage.actor('both'), await theHeld());

/** The outbox as channels will read it, oldest first. */
const told = async (): Promise<string[]> =>
  (await stage.outbox()).map(({ kind, payload }) => {
    const notice = fromJson<NoticePayload>(payload as Json);
    const { title, blocks } = wordNotice(notice, 'https://gitlab.example.com');
    const lines = blocks.flatMap((block) =>
      block.kind === 'hint' ? [plainText(block.text)] : block.kind === 'actions' ? ['[buttons]'] : [],
    );
    return `${kind} ${notice.channelId}: ${[plainText(title), ...lines.slice(0, 1), ...lines.slice(-1)].join(' / ')}`;
  });
/** As if a worker had taken up every notice. */
const tried = (data: { state: string; remoteRef?: string }) =>
  stage.db.database.prisma.outboxMessage.updateMany({ data: { attempts: 1, ...data } });

describe('a held transfer that is decided', () => {
  it('goes out in its decided form to channels that were not told yet, and is told once', async () => {
    await migrate();
    expect((await told()).sort()).toEqual([
      'slack.notice C1: The group R/A moved from R to another hierarchy. / Migrated by both. / 1 contact copied · 1 link moved',
      'slack.notice C2: The group N/A moved from another hierarchy to N. / Migrated by both. / 1 contact copied · 1 link moved',
    ]);
    await migrateTransfer(stage.deps, stage.actor('both'), 1n);
    expect(await stage.outbox()).toHaveLength(2);
  });

  it.each(['pending', 'sent'])('is edited where the notice is on its way or there (%s)', async (state) => {
    await tried({ state, remoteRef: 'C9:1.2' });
    await leaveTransferBehind(stage.deps, stage.actor('both'), await theHeld());
    const [, , ...edits] = await told();
    expect(edits.sort()).toEqual([
      'slack.edit C1: The group R/A moved from R to another hierarchy. / Left behind by both. / 1 link dropped',
      'slack.edit C2: The group N/A moved from another hierarchy to N. / Left behind by both. / 1 link dropped',
    ]);
    const rows = await stage.outbox();
    for (const lane of ['slack:T1:C1', 'slack:T1:C2']) {
      expect(rows.filter((row) => row.lane === lane).map(({ kind }) => kind)).toEqual([
        'slack.notice',
        'slack.edit',
      ]);
    }
  });

  it('is posted anew where the notice failed for good, and to channels that came to hear later', async () => {
    await tried({ state: 'failed' });
    await stage.subscribe('N', 'C3');
    await migrate();
    expect((await told()).slice(2).map((line) => line.split(':')[0])).toEqual([
      'slack.notice C2',
      'slack.notice C3',
      'slack.notice C1',
    ]);
  });

  it('is edited where the channel has turned its notices off since', async () => {
    await tried({ state: 'sent', remoteRef: 'C1:1.2' });
    await stage.db.database.prisma.subscription.deleteMany();
    await migrate();
    expect((await stage.outbox()).filter(({ kind }) => kind === 'slack.edit')).toHaveLength(2);
  });

  it('edits nothing when the decision comes to nothing', async () => {
    await stage.configure('N', { enabled: false });
    await expect(migrate()).rejects.toThrow();
    expect((await told()).every((line) => line.includes('wait for a decision'))).toBe(true);
  });

  it('is told once by however many decide it at once', async () => {
    await tried({ state: 'sent', remoteRef: 'C1:1.2' });
    const id = await theHeld();
    await Promise.allSettled(
      [1, 2, 3, 4].map((n) =>
        (n % 2 ? migrateTransfer : leaveTransferBehind)(stage.deps, stage.actor('both'), id),
      ),
    );
    expect(await stage.outbox()).toHaveLength(4);
  });
});

describe('a held transfer that is overtaken', () => {
  it.each([
    ['R', 'it moved back'],
    ['M', 'it moved on'],
  ])('by a move to %s says so in every notice', async (target, why) => {
    await tried({ state: 'sent', remoteRef: 'C1:1.2' });
    stage.moveGroup('A', target);
    await detect();
    const edits = (await told()).filter((line) => line.startsWith('slack.edit'));
    expect(edits).toHaveLength(2);
    for (const line of edits) expect(line).toContain(`There is nothing to decide any more: ${why}.`);
  });

  it('by the loss of all that it was to bring says so when somebody decides it', async () => {
    await stage.db.database.prisma.issueContact.deleteMany();
    expect((await migrate()).isNew).toBe(false);
    for (const line of await told()) expect(line).toContain('nothing is left to bring');
  });
});

describe('where a notice is', () => {
  it('is told by its key: posted, still to be sent, failed or never written', async () => {
    const [row] = await stage.outbox();
    const key = row?.dedupeKey ?? '';
    expect(await postedNotice(stage.deps, key)).toBe('pending');
    await tried({ state: 'sent', remoteRef: 'C1:1.2' });
    expect(await postedNotice(stage.deps, key)).toEqual({ remoteRef: 'C1:1.2' });
    await tried({ state: 'failed' });
    expect(await postedNotice(stage.deps, key)).toBeNull();
    expect(await postedNotice(stage.deps, 'nothing')).toBeNull();
  });
});
