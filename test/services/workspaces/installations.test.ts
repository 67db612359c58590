import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type BotTokens,
  createInstallations,
  type Installation,
} from '../../../src/services/workspaces/installations.ts';
import { removeWorkspace } from '../../../src/services/workspaces/remove-workspace.ts';
import { createSealer } from '../../../src/services/workspaces/seal.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';

const KEY = 'key-0123456789-0123456789-0123456789';
const HOUR_MS = 60 * 60_000;

let db: TestDatabase;
const clock = { now: new Date('2026-05-04T09:30:00.000Z') };
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());
afterEach(() => db.empty());

const later = (ms: number): Date => new Date(clock.now.getTime() + ms);
const installation = (teamId: string, more: Partial<Installation> = {}): Installation => ({
  enterpriseId: null,
  teamId,
  botUserId: `U-${teamId}`,
  installedBy: 'U1',
  token: `xoxb-token-of-${teamId}`,
  refreshToken: null,
  expiresAt: null,
  ...more,
});

interface Options {
  readonly key?: string;
  readonly refresh?: (refreshToken: string) => Promise<BotTokens | null>;
}

/** One process's view of the installations, with what it asked of Slack and could not read. */
function open({ key = KEY, refresh = async () => null }: Options = {}) {
  const asked: string[] = [];
  const unreadable: string[] = [];
  const installations = createInstallations({
    database: db.database,
    sealer: createSealer(key),
    now: () => clock.now,
    refresh: (refreshToken) => {
      asked.push(refreshToken);
      return refresh(refreshToken);
    },
    onUnreadable: (teamId) => void unreadable.push(teamId),
  });
  return { ...installations, asked, unreadable };
}

const rotating = (more: Partial<Installation> = {}): Installation =>
  installation('T1', {
    token: 'xoxe.xoxb-old',
    refreshToken: 'xoxe-1-old',
    expiresAt: later(HOUR_MS),
    ...more,
  });
const next = (): BotTokens => ({
  token: 'xoxe.xoxb-new',
  refreshToken: 'xoxe-1-new',
  expiresAt: later(12 * HOUR_MS),
});

describe('installations', () => {
  test('give each workspace its own token, and none where Tieline is not', async () => {
    const store = open();
    await store.save(installation('T1'));
    await store.save(installation('T2', { enterpriseId: 'E1' }));
    expect(await store.tokenOf('T1')).toBe('xoxb-token-of-T1');
    expect(await store.tokenOf('T2')).toBe('xoxb-token-of-T2');
    expect(await store.tokenOf('T3')).toBeNull();
    expect(await store.tokenOf('')).toBeNull();
  });

  test('take the latest one of a workspace', async () => {
    const store = open();
    await store.save(installation('T1'));
    await store.save(installation('T1', { token: 'xoxb-again' }));
    expect(await store.tokenOf('T1')).toBe('xoxb-again');
  });

  test('keep nothing readable in the database', async () => {
    await open().save(rotating());
    const [row] = await db.database.prisma.$queryRaw<{ text: string }[]>`
      SELECT encode(sealed, 'escape') AS text FROM slack_installations`;
    expect(row?.text.length).toBeGreaterThan(50);
    expect(row?.text).not.toMatch(/xox|token/);
  });

  test('do not open with another key, nor in another workspace’s row, nor changed', async () => {
    const store = open();
    await store.save(installation('T1'));
    await store.save(installation('T2'));
    const other = open({ key: `${KEY}!` });
    expect(await other.tokenOf('T1')).toBeNull();
    expect(other.unreadable).toEqual(['T1']);
    await db.database.prisma.$executeRaw`
      UPDATE slack_installations SET sealed = (SELECT sealed FROM slack_installations WHERE team_id = 'T2')
      WHERE team_id = 'T1'`;
    expect(await store.tokenOf('T1')).toBeNull();
    await db.database.prisma.$executeRaw`
      UPDATE slack_installations SET sealed = set_byte(sealed, 40, (get_byte(sealed, 40) + 1) % 256)
      WHERE team_id = 'T2'`;
    expect(await store.tokenOf('T2')).toBeNull();
    expect(store.unreadable).toEqual(['T1', 'T2']);
  });
});

describe('a token that runs out', () => {
  test('is used as it is while there is time', async () => {
    const store = open();
    await store.save(rotating({ expiresAt: later(3 * HOUR_MS) }));
    expect(await store.tokenOf('T1')).toBe('xoxe.xoxb-old');
    expect(store.asked).toEqual([]);
  });

  test('is replaced once however many ask, and the next refresh token is kept', async () => {
    const store = open({ refresh: async () => next() });
    await store.save(rotating());
    const tokens = await Promise.all(Array.from({ length: 20 }, () => store.tokenOf('T1')));
    expect(new Set(tokens)).toEqual(new Set(['xoxe.xoxb-new']));
    expect(store.asked).toEqual(['xoxe-1-old']);
    expect(await open().tokenOf('T1')).toBe('xoxe.xoxb-new');
  });

  test('is the new one for who had read the old one before it was replaced', async () => {
    const store = open({ refresh: async () => next() });
    await store.save(rotating(next()));
    const { sealed } = await db.database.prisma.slackInstallation.findFirstOrThrow();
    await store.save(rotating());
    const waiting = () => db.database.prisma.$queryRaw<unknown[]>`
      SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const asked = await db.database.transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM slack_installations WHERE team_id = 'T1' FOR UPDATE`;
      const token = store.tokenOf('T1');
      await expect.poll(waiting).toHaveLength(1);
      await tx.$executeRaw`UPDATE slack_installations SET sealed = ${sealed} WHERE team_id = 'T1'`;
      return { token };
    });
    expect(await asked.token).toBe('xoxe.xoxb-new');
    expect(store.asked).toEqual([]);
  });

  test('is replaced by one of several processes; the others go on with it meanwhile', async () => {
    let answer: (tokens: BotTokens) => void = () => {};
    let isAsked: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const first = open({
      refresh: () => {
        isAsked();
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    });
    const second = open();
    await first.save(rotating());
    const token = first.tokenOf('T1');
    await asked;
    expect(await second.tokenOf('T1')).toBe('xoxe.xoxb-old');
    answer(next());
    expect(await token).toBe('xoxe.xoxb-new');
    expect(await second.tokenOf('T1')).toBe('xoxe.xoxb-new');
    expect(second.asked).toEqual([]);
  });

  test('still serves when Slack does not answer, until it has run out', async () => {
    const failing = open({ refresh: () => Promise.reject(new Error('no answer')) });
    await failing.save(rotating());
    expect(await failing.tokenOf('T1')).toBe('xoxe.xoxb-old');
    await failing.save(rotating({ expiresAt: later(-1) }));
    await expect(failing.tokenOf('T1')).rejects.toMatchObject({ code: 'unavailable.slack' });
    const mended = open({ refresh: async () => next() });
    expect(await mended.tokenOf('T1')).toBe('xoxe.xoxb-new');
  });

  test('is nobody’s when Tieline is removed while it is replaced', async () => {
    const store = open({
      refresh: async () => {
        await removeWorkspace(
          { database: db.database, now: () => clock.now },
          { teamId: 'T1', kind: 'revoked', at: later(1) },
        );
        return next();
      },
    });
    await store.save(rotating());
    expect(await store.tokenOf('T1')).toBeNull();
    expect(await db.database.prisma.slackInstallation.count()).toBe(0);
  });
});

describe('a removal', () => {
  const remove = (teamId: string, kind: 'uninstalled' | 'revoked', at: Date) =>
    removeWorkspace({ database: db.database, now: () => clock.now }, { teamId, kind, at });

  const settle = async (teamId: string) => {
    const { prisma } = db.database;
    await open().save(installation(teamId));
    await prisma.identity.create({ data: { teamId, slackUserId: 'U1', gitlabUserId: 4n, method: 'oauth' } });
    await prisma.personSettings.create({ data: { teamId, slackUserId: 'U1', groupId: 1n } });
    await prisma.seenCustomer.create({
      data: { teamId, slackUserId: 'U1', crmGroupId: 1n, kind: 'contact', subjectId: 1n, seenAt: new Date() },
    });
    await prisma.channelSettings.create({ data: { teamId, channelId: 'C1', groupId: 1n, setBy: 4n } });
    await prisma.subscription.create({
      data: { crmGroupId: 1n, teamId, channelId: 'C1', kinds: [], createdBy: 'U1', gitlabUserId: 4n },
    });
  };
  const left = async (teamId: string) => {
    const { prisma } = db.database;
    const where = { teamId };
    return {
      installations: await prisma.slackInstallation.count({ where }),
      identities: await prisma.identity.count({ where }),
      people: await prisma.personSettings.count({ where }),
      seen: await prisma.seenCustomer.count({ where }),
      channels: await prisma.channelSettings.count({ where }),
      notices: await prisma.subscription.count({ where: { teamId, disabledAt: null } }),
    };
  };
  const ALL = { installations: 1, identities: 1, people: 1, seen: 1, channels: 1, notices: 1 };
  const NONE = { installations: 0, identities: 0, people: 0, seen: 0, channels: 0, notices: 0 };

  test('forgets everything of that workspace and nothing of another', async () => {
    await settle('T1');
    await settle('T2');
    expect(await remove('T1', 'uninstalled', later(1_000))).toBe(true);
    expect(await left('T1')).toEqual(NONE);
    expect(await left('T2')).toEqual(ALL);
  });

  test('of the token alone forgets the token alone', async () => {
    await settle('T1');
    await remove('T1', 'revoked', later(1_000));
    expect(await left('T1')).toEqual({ ...ALL, installations: 0 });
  });

  test('that is told late of an earlier installation changes nothing', async () => {
    await settle('T1');
    expect(await remove('T1', 'uninstalled', later(-1_000))).toBe(false);
    expect(await left('T1')).toEqual(ALL);
  });
});
