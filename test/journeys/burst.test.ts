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

  it('is answered to the last one, as it came, and GitLab never has to refuse a note', {
    timeout: 120_000,
  }, async () => {
    world.gitlab.switches.noteLimit = LIMIT;
    world.gitlab.clearRequests();
    const pia = world.gitlab.as('pia');
    const asked: string[] = [];
    for (let index = 0; index < BURST; index += 1) {
      const email = `person${String(index).padStart(4, '0')}@example.com`;
      await pia.comment('acme/app', 1, `@tieline add_contacts ${email}`);
      asked.push(email);
    }
    await world.gitlab.idle();
    const answers = () =>
      world.gitlab
        .notes('acme/app', 1)
        .filter(({ author }) => author.username === 'tieline')
        .map(({ body }) => /person\d{4}@example\.com/.exec(body)?.[0] ?? '');
    await expect.poll(() => answers().length, { timeout: 100_000 }).toBe(BURST);
    const answered = answers();
    expect(answered.toSorted()).toEqual(asked);
    // Four are handled at once, so one may overtake those beside it.
    for (const [index, email] of answered.entries()) {
      expect(Math.abs(asked.indexOf(email) - index)).toBeLessThan(8);
    }
    expect(world.gitlab.requests().filter(({ status }) => status === 429)).toEqual([]);
    world.gitlab.switches.noteLimit = null;
    await vi.waitFor(async () => expect(await world.rows.unfinished()).toEqual([]), { timeout: 20_000 });
    world.heard();
  });
});
