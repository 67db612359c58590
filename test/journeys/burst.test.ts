import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTieline, type Tieline } from '../../src/main.ts';
import { useWorld } from '../support/tieline.ts';

/** How many comments come at once. */
const BURST = Number(process.env['BURST'] ?? 40);
/** The limit of the make-believe GitLab, and what Tieline keeps to: as GitLab's own, with minutes of a second. */
const SPAN_MS = 1_000;
const LIMIT = { most: Math.ceil(BURST / 2), perMs: SPAN_MS };

const world = useWorld();

describe('a burst of comments', () => {
  let second: Tieline;
  beforeAll(async () => {
    // In place of the world's own, which keeps no pace; both share the database.
    await world.tieline.worker.stop({ timeoutMs: 1_000 });
    second = await startTieline({
      server: {
        port: 0,
        host: '127.0.0.1',
        publicUrl: null,
        databaseUrl: world.db.connectionString,
        dataDir: 'unused',
        logLevel: null,
      },
      platforms: world.config,
      migrates: false,
      notePace: { most: Math.floor(LIMIT.most * 0.9), perMs: SPAN_MS },
      log: pino({ level: 'silent' }),
    });
  });
  afterAll(() => second.stop());

  it('is answered to the last one, in order, without holding others up, and GitLab never has to refuse a note', {
    timeout: 120_000,
  }, async () => {
    const pia = world.gitlab.as('pia');
    const answersOn = (iid: number) =>
      world.gitlab.notes('acme/app', iid).filter(({ author }) => author.username === 'tieline');
    // Nothing is looked for from before the first webhook that ever came.
    await pia.comment('acme/app', 2, '@tieline contacts');
    await expect.poll(() => answersOn(2).length, { timeout: 10_000 }).toBe(1);
    world.gitlab.switches.noteLimit = LIMIT;
    world.gitlab.clearRequests();
    const asked: string[] = [];
    for (let index = 0; index < BURST; index += 1) {
      const email = `person${String(index).padStart(4, '0')}@example.com`;
      await pia.comment('acme/app', 1, `@tieline add_contacts ${email}`);
      asked.push(email);
      if (index === Math.floor(BURST / 4)) await pia.comment('acme/app', 2, '@tieline contacts');
    }
    await world.gitlab.idle();
    const answers = () => answersOn(1).map(({ body }) => /person\d{4}@example\.com/.exec(body)?.[0] ?? '');
    await expect.poll(() => answers().length, { timeout: 100_000 }).toBe(BURST);
    const answered = answers();
    // Four are handled at once, and still none overtakes another.
    expect(answered).toEqual(asked);
    const lastOf = (iid: number) => answersOn(iid).at(-1)?.id ?? 0;
    expect(answersOn(2)).toHaveLength(2);
    expect(lastOf(2)).toBeLessThan(lastOf(1));
    expect(world.gitlab.requests().filter(({ status }) => status === 429)).toEqual([]);
    world.gitlab.switches.noteLimit = null;
    await vi.waitFor(async () => expect(await world.rows.unfinished()).toEqual([]), { timeout: 20_000 });
    world.heard();
  });
});
