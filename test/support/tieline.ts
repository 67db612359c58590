import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { PlatformConfig } from '../../src/config.ts';
import { startTieline, type Tieline } from '../../src/main.ts';
import type { FakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import type { FakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import { seedDemo } from '../../src/start/seed-demo.ts';
import { bareTimes } from './bare-times.ts';
import { TEST_WORLD } from './cast.ts';
import { crmOf } from './crm-rows.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { createListener } from './listener.ts';
import { type Platforms, startPlatforms } from './platforms.ts';
import { createPlay, type Play } from './play.ts';
import { copySeed } from './seed-copy.ts';

/** The whole program between the make-believe Slack and GitLab, all over real HTTP, on a database of its own. */
export interface World extends Play {
  readonly tieline: Tieline;
  readonly slack: FakeSlack;
  readonly gitlab: FakeGitLab;
  readonly db: TestDatabase;
  /** Settings that make another Tieline work with the same Slack and GitLab. */
  readonly config: PlatformConfig;
  /** Moves the clocks of GitLab and Tieline on. */
  advance(ms: number): void;
  /** Resolves when no request, no delivery and no message is under way or waiting, retries included. */
  settled(): Promise<void>;
  /** Everything that the bot said or changed since it was last asked, in transcript form. */
  heard(): string[];
  /** What is in the CRM, and what the program keeps about it. */
  readonly rows: ReturnType<typeof crmOf>;
  /** Runs something and fails if any contact, organization, link, audit entry or notice came of it. */
  changesNothing(work: () => Promise<unknown>): Promise<void>;
  /** Takes the database back to the seeded customers. GitLab and Slack stay as they are. */
  reset(): Promise<void>;
  /** What a test left behind: answers nobody read, messages not sent, work that failed, blocks Slack refuses. */
  leftovers(): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts everything and seeds the demo customers. */
export async function startWorld(): Promise<World> {
  const db = await testDatabase();
  let url = '';
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const platforms = await startPlatforms(() => url, now);
  const tieline = await startTieline({
    server: {
      port: 0,
      host: '127.0.0.1',
      publicUrl: null,
      databaseUrl: db.connectionString,
      dataDir: 'unused',
      logLevel: null,
    },
    platforms: platforms.config,
    migrates: false,
    now,
    // Tests write more in a minute than people do.
    notePace: { most: 100_000, perMs: 60_000 },
    log: pino({ level: 'silent' }),
  });
  url = tieline.url;
  await platforms.plantHooks(url);
  await seedDemo(tieline.services, TEST_WORLD);
  const seed = await copySeed(db.database);
  const { slack, gitlab } = platforms;
  const settled = () => settle({ tieline, platforms, db });
  const listener = createListener({ slack, gitlab });
  const rows = crmOf(db.database);
  return {
    tieline,
    slack,
    gitlab,
    db,
    config: platforms.config,
    ...createPlay({ slack, gitlab, settled, listener }),
    advance: (ms) => {
      aheadMs += ms;
    },
    settled,
    heard: () => listener.take(null).map(({ how, text }) => `Tieline ${how}: ${text}`),
    rows,
    changesNothing: async (work) => {
      const before = await rows.everything();
      await work();
      await settled();
      expect(await rows.everything()).toEqual(before);
    },
    reset: async () => {
      await settled();
      await seed.restore();
    },
    leftovers: async () => [
      ...listener.take(null).map(({ how, text }) => `unread: Tieline ${how}: ${text}`),
      ...slack.violations().map(({ via, path, message }) => `Block Kit: ${via} ${path}: ${message}`),
      ...slack.messages().flatMap(({ blocks }) => bareTimes(blocks).map((text) => `nobody's time: ${text}`)),
      ...(await rows.unfinished()),
    ],
    close: async () => {
      await tieline.stop();
      await platforms.close();
      await db.drop();
    },
  };
}

/**
 * One world for all tests of a file, which start from the same customers. A test fails that leaves an answer
 * unread, a message unsent or work failed, and any message that Slack would refuse.
 */
export function useWorld(): World {
  let world: World | null = null;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterEach(async () => {
    if (!world) return;
    world.gitlab.faults.clear();
    await world.settled();
    const left = await world.leftovers();
    await world.reset();
    expect(left).toEqual([]);
  });
  afterAll(() => world?.close());
  return new Proxy({} as World, {
    get: (_, key) => {
      if (!world) throw new Error('the world starts before the first test, not earlier');
      return Reflect.get(world, key);
    },
  });
}

/** Long enough for a message that waits for its channel's turn and for a second try. */
const SETTLES_WITHIN_MS = 15_000;

interface Moving {
  readonly tieline: Tieline;
  readonly platforms: Platforms;
  readonly db: TestDatabase;
}

async function settle({ tieline, platforms, db }: Moving): Promise<void> {
  const deadline = performance.now() + SETTLES_WITHIN_MS;
  const { slack, gitlab } = platforms;
  for (let sent = -1; performance.now() < deadline; ) {
    await gitlab.idle();
    await slack.idle();
    await tieline.slack.drain(SETTLES_WITHIN_MS);
    await tieline.worker.idle();
    const { inboxPending, outboxPending } = await pendingRows(db);
    const hooks = gitlab.deliveries().length;
    if (inboxPending + outboxPending === 0 && hooks === sent) return;
    // What rests or waits for its next try comes due by itself.
    if (hooks === sent) await pause(20);
    sent = hooks;
  }
  throw new Error(`still at work after ${SETTLES_WITHIN_MS} ms`);
}

async function pendingRows({ database }: TestDatabase) {
  const where = { state: 'pending' };
  return {
    inboxPending: await database.prisma.delivery.count({ where }),
    outboxPending: await database.prisma.outboxMessage.count({ where }),
  };
}
