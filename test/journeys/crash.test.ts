import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { noteText } from '../support/as-read.ts';
import { crmOf } from '../support/crm-rows.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { type Platforms, startPlatforms } from '../support/platforms.ts';
import { freePort, type Program, settingsOf, startProgram } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

/** The real program in a process of its own, killed and started again at the same address. */
let port = 0;
let db: TestDatabase;
let platforms: Platforms;
let running: Program | null = null;
let rows: ReturnType<typeof crmOf>;

async function start(): Promise<Program> {
  running = await startProgram(
    ['serve'],
    settingsOf(platforms.config, { databaseUrl: db.connectionString, port }),
  );
  await running.url;
  return running;
}

beforeAll(async () => {
  port = await freePort();
  db = await testDatabase();
  rows = crmOf(db.database);
  platforms = await startPlatforms(() => `http://127.0.0.1:${port}`);
  await platforms.plantHooks(`http://127.0.0.1:${port}`);
  await start();
  await platforms.slack.as('U0DEV0001').command('support', '/crm new contact Ada Lovelace ada@example.com');
  await platforms.slack.waitForMessage(({ text }) => text.includes('created'));
}, 30_000);
afterEach(() => platforms.gitlab.faults.clear());
afterAll(async () => {
  await running?.kill('SIGKILL');
  await platforms.close();
  await db.drop();
});

/** What the bot wrote on an issue, as people read it. */
const answersOn = (iid: number): string[] =>
  platforms.gitlab
    .notes('acme/app', iid)
    .filter(({ author }) => author.username === 'tieline')
    .map(({ body }) => noteText(body));

const ADDED = (iid: number): string => `1 contact added to acme/app#${iid}.\n- ada@example.com: added`;

/** Waits until the comment on an issue is dealt with, and gives how long that took. */
async function answeredOnce(iid: number): Promise<number> {
  const began = performance.now();
  await vi.waitFor(() => expect(answersOn(iid)).toEqual([ADDED(iid)]), { timeout: 10_000, interval: 20 });
  const tookMs = performance.now() - began;
  await vi.waitFor(async () => expect(await rows.unfinished()).toEqual([]), {
    timeout: 10_000,
    interval: 20,
  });
  await platforms.gitlab.idle();
  expect(answersOn(iid)).toEqual([ADDED(iid)]);
  expect(await rows.linked(`acme/app#${iid}`)).toEqual(['ada@example.com']);
  const told = await rows.audit();
  expect(told.filter(({ on }) => on === `issue acme/app#${iid}`)).toHaveLength(1);
  return tookMs;
}

describe('killed in the middle of handling a comment', () => {
  it.each([
    ['while it read the comment again', 1, 'max', /\/notes\/\d+$/],
    ['while it asked what its author may do', 2, 'rita', /\/members\/all\//],
    ['while it posted the answer', 3, 'pia', /\/discussions\/[^/]+\/notes$/],
  ] as const)('%s: applied once and answered once, within 5 s of the restart', async (_, iid, who, path) => {
    const hold = platforms.gitlab.faults.hold(path);
    await platforms.gitlab.as(who).comment('acme/app', iid, '@tieline add_contacts ada@example.com');
    await hold.arrived();
    await running?.kill('SIGKILL');
    platforms.gitlab.faults.clear();
    await start();
    expect(await answeredOnce(iid)).toBeLessThan(5_000);
  });

  it('when the answer was made but it had not heard so yet', async () => {
    platforms.gitlab.faults.cut({ method: 'POST', path: /\/discussions\/[^/]+\/notes$/, when: 'after' });
    await platforms.gitlab.as('max').comment('acme/app', 6, '@tieline add_contacts ada@example.com');
    await vi.waitFor(() => expect(answersOn(6)).toHaveLength(1), { timeout: 5_000, interval: 5 });
    await running?.kill('SIGKILL');
    await start();
    expect(await answeredOnce(6)).toBeLessThan(5_000);
  });

  it('with webhooks that arrive while nothing listens', async () => {
    await running?.kill('SIGKILL');
    await platforms.gitlab.as('max').comment('acme/app', 5, '@tieline add_contacts ada@example.com');
    await platforms.gitlab.idle();
    await start();
    const lost = platforms.gitlab.deliveries().findLast(({ responseStatus }) => responseStatus === null);
    await platforms.gitlab.resend(lost?.id ?? 0);
    await answeredOnce(5);
  });
});

describe('told to stop', () => {
  it('finishes what is under way and exits 0 within 10 s', async () => {
    const hold = platforms.gitlab.faults.hold(/\/discussions\/[^/]+\/notes$/);
    await platforms.gitlab.as('max').comment('acme/app', 4, '@tieline add_contacts ada@example.com');
    await hold.arrived();
    const began = performance.now();
    const ended = running?.kill('SIGTERM');
    // It takes nothing new from then on.
    await vi.waitFor(() => expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow(), {
      timeout: 5_000,
      interval: 20,
    });
    hold.release();
    expect((await ended)?.exitCode).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(answersOn(4)).toEqual([ADDED(4)]);
  });

  it('gives up on what hangs, and the next start takes it up', async () => {
    await start();
    const opened = await platforms.gitlab.as('max').createIssue('acme/app', { title: 'Hangs' });
    const hold = platforms.gitlab.faults.hold(/\/discussions\/[^/]+\/notes$/);
    await platforms.gitlab.as('max').comment('acme/app', opened.iid, '@tieline add_contacts ada@example.com');
    await hold.arrived();
    const began = performance.now();
    const ended = await running?.kill('SIGTERM');
    expect(ended?.exitCode).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    platforms.gitlab.faults.clear();
    await start();
    expect(await answeredOnce(opened.iid)).toBeLessThan(5_000);
  });
});

describe('stopped while Slack takes no answer', () => {
  it('brings the answer in person after the restart', async () => {
    const { slack } = platforms;
    for (const way of ['response_url', 'chat.postEphemeral']) slack.rateLimit(way, { retryAfterSec: 60 });
    const asked = () => slack.requests().filter(({ method }) => method === 'chat.postEphemeral').length;
    const before = asked();
    await slack.as('U0DEV0001').command('support', '/crm show ada@example.com');
    await vi.waitFor(() => expect(asked()).toBe(before + 1), { timeout: 10_000, interval: 20 });
    slack.fail('chat.postMessage', { status: 503 });
    await running?.kill('SIGTERM');
    await start();
    const told = await slack.waitForMessage(
      ({ channel, text }) => channel.startsWith('D') && text.includes('Ada Lovelace'),
    );
    expect(JSON.stringify(told)).toContain('Slack did not take this answer where you asked for it.');
  });
});
