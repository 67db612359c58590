import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type HealthProblem, settleHealth } from '../../../src/services/health/settle-health.ts';
import { type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await stage.inGroup('olga', 'acme');
  await stage.inGroup('nina', 'globex');
});
afterAll(() => stage.close());
beforeEach(async () => {
  const { prisma } = stage.db.database;
  await prisma.$executeRaw`DELETE FROM health_problems`;
  await prisma.outboxMessage.deleteMany();
  await prisma.subscription.deleteMany();
});

const BROKEN: HealthProblem = {
  key: 'gitlab.webhook:acme/app:gone',
  check: 'gitlab.webhook',
  path: 'acme/app',
  what: 'no webhook leads to Tieline',
  todo: 'run tieline doctor --fix',
  step: 0,
};
const EVERYWHERE: HealthProblem = { ...BROKEN, key: 'slack::gone', check: 'slack', path: null };

/** A channel for which an Owner asked to be told. */
async function ask(path: string, channelId: string): Promise<void> {
  await stage.subscribe(path, channelId);
  await stage.db.database.prisma.subscription.updateMany({
    where: { channelId },
    data: { kinds: ['health'] },
  });
}

const settle = (problems: readonly HealthProblem[], isUnknown = (_problem: HealthProblem) => false) =>
  settleHealth(stage.deps, problems, isUnknown);

async function told(): Promise<string[]> {
  const rows = await stage.db.database.prisma.outboxMessage.findMany({ orderBy: { id: 'asc' } });
  return rows.map(({ payload }) => {
    const { channelId, event } = payload as { channelId: string; event: { kind: string; what: string } };
    return `${channelId} ${event.kind}`;
  });
}

test('a problem is told once, and once more when it is over', async () => {
  await ask('acme', 'C1');
  expect((await settle([BROKEN])).raised).toEqual([BROKEN]);
  expect((await settle([BROKEN])).raised).toEqual([]);
  expect((await settle([])).resolved).toHaveLength(1);
  expect((await settle([])).resolved).toEqual([]);
  expect(await told()).toEqual(['C1 health.raised', 'C1 health.resolved']);
});

test('what comes again later is told again', async () => {
  await ask('acme', 'C1');
  await settle([BROKEN]);
  await settle([]);
  stage.clock.now = new Date(stage.clock.now.getTime() + 1_000);
  await settle([BROKEN]);
  expect(await told()).toEqual(['C1 health.raised', 'C1 health.resolved', 'C1 health.raised']);
});

test('a later step of the same problem is told again, and is over once', async () => {
  await ask('acme', 'C1');
  for (const step of [30, 30, 14]) {
    stage.clock.now = new Date(stage.clock.now.getTime() + 1_000);
    await settle([{ ...EVERYWHERE, step }]);
  }
  await settle([]);
  expect(await told()).toEqual(['C1 health.raised', 'C1 health.raised', 'C1 health.resolved']);
});

test('several processes that look at once tell it once', async () => {
  await ask('acme', 'C1');
  const all = await Promise.all([1, 2, 3, 4].map(() => settle([BROKEN, EVERYWHERE])));
  expect(all.flatMap(({ raised }) => raised)).toHaveLength(2);
  expect(await told()).toEqual(['C1 health.raised', 'C1 health.raised']);
});

test('a channel that asks later is told what is still wrong, the others not again', async () => {
  await ask('acme', 'C1');
  await settle([BROKEN]);
  await ask('acme', 'C2');
  await settle([BROKEN]);
  expect(await told()).toEqual(['C1 health.raised', 'C2 health.raised']);
});

test('what is wrong in one company is not told in another, what concerns all is', async () => {
  await ask('globex', 'C3');
  await settle([BROKEN, EVERYWHERE]);
  expect(await told()).toEqual(['C3 health.raised']);
});

test('a channel that hears of two groups is told once', async () => {
  await ask('acme', 'C1');
  await ask('globex', 'C1');
  await settle([EVERYWHERE]);
  expect(await told()).toEqual(['C1 health.raised']);
});

test('what nobody could look at stays as it was', async () => {
  await ask('acme', 'C1');
  await settle([BROKEN, EVERYWHERE]);
  const { resolved } = await settle([], ({ check }) => check === 'gitlab.webhook');
  expect(resolved.map(({ key }) => key)).toEqual([EVERYWHERE.key]);
});
