import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createInbox } from '../../src/delivery/inbox.ts';
import { startWorker } from '../../src/delivery/worker.ts';
import { GiveUpError } from '../../src/domain/delivery-errors.ts';
import { tellFailedHook } from '../../src/start/failed-deliveries.ts';
import { type Stage, startStage } from '../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.db.empty());
afterAll(() => stage.close());

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Stores a hook whose handling is given up at once, and lets that happen. */
async function giveUp(body: string): Promise<void> {
  const { database } = stage.db;
  const inbox = createInbox({ database, log, onStored: () => {} });
  await inbox.store({ source: 'gitlab', key: body, kind: 'note', headers: {}, body: Buffer.from(body) });
  const worker = startWorker({
    database,
    log,
    handlers: {
      gitlab: async () => {
        throw new GiveUpError('no use');
      },
    },
    senders: {},
    onDeliveryFailed: tellFailedHook,
  });
  await worker.idle();
  await worker.stop({ timeoutMs: 1_000 });
}

const notices = async () =>
  (await stage.db.database.prisma.outboxMessage.findMany({ orderBy: { id: 'asc' } })).map(
    ({ lane, payload }) => ({ lane, event: (payload as { event: unknown }).event }),
  );
const states = async () =>
  (await stage.db.database.prisma.delivery.findMany()).map(({ state, outcome }) => `${state}: ${outcome}`);

describe('a delivery that was given up', () => {
  test('is told to the channels of its project’s crm group, and to no others', async () => {
    await stage.onIssue('dev', 'acme/app#1');
    await stage.inGroup('nina', 'globex');
    await stage.subscribe('acme', 'CACME');
    await stage.subscribe('globex', 'CGLOBEX');
    const { prisma } = stage.db.database;
    const project = await prisma.project.findFirstOrThrow({ where: { fullPath: 'acme/app' } });
    await giveUp(JSON.stringify({ object_kind: 'note', project: { id: Number(project.id) } }));
    expect(await states()).toEqual(['failed: no use']);
    expect(await notices()).toMatchObject([
      { lane: 'slack:T1:CACME', event: { kind: 'delivery.failed', project: 'acme/app' } },
    ]);
  });

  test.each([
    ['names a project that is not known', '{"project_id":424242}'],
    ['names no project', '{"object_kind":"push"}'],
    ['is not JSON', 'nonsense'],
  ])('is told to nobody when it %s', async (_what, body) => {
    await stage.inGroup('olga', 'acme');
    await stage.subscribe('acme', 'CACME');
    await giveUp(body);
    expect(await states()).toEqual(['failed: no use']);
    expect(await notices()).toEqual([]);
  });
});
