import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  findLedgerEntry,
  type LedgerFilter,
  listLedger,
  replayLedgerEntry,
} from '../../src/db/queries/ledger.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const DAY = 86_400_000;
const NOW = new Date('2026-05-04T09:00:00Z');

beforeEach(async () => {
  await db.empty();
  const delivery = (key: string, rest: object) => ({
    source: 'gitlab',
    key,
    kind: 'note',
    headers: { 'x-gitlab-event': 'Note Hook' },
    body: Buffer.from(`{"key":"${key}"}`),
    receivedAt: NOW,
    ...rest,
  });
  await db.database.prisma.delivery.createMany({
    data: [
      delivery('old', {
        state: 'done',
        attempts: 1,
        receivedAt: new Date(NOW.getTime() - 3 * DAY),
        body: null,
      }),
      delivery('broken', { state: 'failed', attempts: 15, outcome: 'GitLab gave no answer' }),
      delivery('waiting', { kind: 'issue' }),
    ],
  });
  const message = { kind: 'gitlab.reply', lane: 'gitlab:issue:1', payload: { iid: 1 } };
  await db.database.prisma.outboxMessage.createMany({
    data: [
      { ...message, dedupeKey: 'sent', state: 'sent', attempts: 1 },
      { ...message, dedupeKey: 'lost', state: 'failed', attempts: 15, outcome: 'the channel is gone' },
    ],
  });
});

const ALL: LedgerFilter = { direction: 'in', state: null, kind: null, since: null, limit: 20 };
const keys = async (filter: Partial<LedgerFilter>) =>
  (await listLedger(db.database, { ...ALL, ...filter })).map((row) => row.key);

describe('the list', () => {
  it.each<[string, Partial<LedgerFilter>, string[]]>([
    ['shows what came in, newest first', {}, ['waiting', 'broken', 'old']],
    ['shows what goes out', { direction: 'out' }, ['lost', 'sent']],
    ['can be narrowed to what failed', { state: 'failed' }, ['broken']],
    ['can be narrowed to a kind by its start', { kind: 'iss' }, ['waiting']],
    ['can be narrowed to a time', { since: new Date(NOW.getTime() - DAY) }, ['waiting', 'broken']],
    ['stops at its limit', { limit: 1 }, ['waiting']],
  ])('%s', async (_name, filter, expected) => {
    expect(await keys(filter)).toEqual(expected);
  });
});

const idOf = async (filter: Partial<LedgerFilter>, key: string): Promise<bigint> => {
  const row = (await listLedger(db.database, { ...ALL, ...filter })).find(
    (candidate) => candidate.key === key,
  );
  if (!row) throw new Error(`no row ${key}`);
  return row.id;
};

describe('one row', () => {
  it('comes with its headers and its body as it was received', async () => {
    const id = await idOf({}, 'broken');
    const entry = await findLedgerEntry(db.database, { direction: 'in', id });
    expect(entry?.headers).toEqual({ 'x-gitlab-event': 'Note Hook' });
    expect(entry?.content).toBe('{"key":"broken"}');
  });

  it('says nothing of a body that is no longer kept', async () => {
    const entry = await findLedgerEntry(db.database, { direction: 'in', id: await idOf({}, 'old') });
    expect(entry?.content).toBeNull();
  });

  it('is null when there is none of that number', async () => {
    expect(await findLedgerEntry(db.database, { direction: 'in', id: 999n })).toBeNull();
  });
});

describe('a replay', () => {
  it('gives a failed delivery back to the worker with its tries counted anew', async () => {
    const id = await idOf({}, 'broken');
    expect(await replayLedgerEntry(db.database, { direction: 'in', id })).toBe(true);
    const entry = await findLedgerEntry(db.database, { direction: 'in', id });
    expect(entry).toMatchObject({ state: 'pending', attempts: 0, doneAt: null });
  });

  it.each<[string, 'in' | 'out', string]>([
    ['is refused for a delivery whose body is gone', 'in', 'old'],
    ['is refused for a delivery that is waiting', 'in', 'waiting'],
    ['is refused for a message that was sent: it would be said twice', 'out', 'sent'],
  ])('%s', async (_name, direction, key) => {
    const id = await idOf({ direction }, key);
    expect(await replayLedgerEntry(db.database, { direction, id })).toBe(false);
  });

  it('gives a failed message back to its sender', async () => {
    const id = await idOf({ direction: 'out' }, 'lost');
    expect(await replayLedgerEntry(db.database, { direction: 'out', id })).toBe(true);
  });
});
