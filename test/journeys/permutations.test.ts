/**
 * Ten stories happen in GitLab at once, and the hooks that tell of them come in any order, twice, late, and from two
 * hooks for the same event. What is known and linked in the end must be what it is when every hook comes at once.
 * PERMUTATIONS says how many disorders are tried; a failure names the seed of its own.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { asAdmin, plantHook, SYSTEM_HOOK_SECRET } from '../support/platforms.ts';
import { type Random, seeded, shuffled } from '../support/seeded-random.ts';
import {
  beginAll,
  createPost,
  outcomeOf,
  type Post,
  type Sent,
  STORIES,
  tellInOrder,
} from '../support/stories.ts';
import { useWorld } from '../support/tieline.ts';

const RUNS = Number(process.env['PERMUTATIONS'] ?? 1);
const SEED = Number(process.env['LOSS_SEED'] ?? process.pid);
const HOUR_MS = 60 * 60_000;
const world = useWorld();

/** Brings some of what waits, some of it twice; gives what still waits, or may come once more. */
async function bringSome(post: Post, waiting: Sent[], random: Random): Promise<Sent[]> {
  const kept: Sent[] = [];
  const underWay: Promise<void>[] = [];
  for (const delivery of shuffled(waiting, random)) {
    if (random() < 0.6) {
      kept.push(delivery);
      continue;
    }
    underWay.push(post.bring(delivery));
    if (random() < 0.2) underWay.push(post.bring(delivery));
    if (random() < 0.2) underWay.push(post.bring(delivery, true));
    if (random() < 0.1) kept.push(delivery);
  }
  await Promise.all(underWay);
  if (random() < 0.3) await world.settled();
  return kept;
}

async function tellInDisorder(random: Random): Promise<string[][]> {
  const post = createPost(world);
  const progress = await beginAll(world, post);
  let waiting: Sent[] = [];
  for (;;) {
    const unfinished = progress.filter(({ left }) => left.length > 0);
    const [next] = shuffled(unfinished, random);
    if (next) await next.left.shift()?.(next.telling);
    waiting = await bringSome(post, [...waiting, ...(await post.collect())], random);
    if (next || waiting.length > 0) continue;
    await world.settled();
    waiting = await post.collect();
    if (waiting.length === 0) break;
  }
  return Promise.all(progress.map(({ telling }) => outcomeOf(world, telling)));
}

/** Takes every hook away; with them gone GitLab sends nothing and logs nothing. */
async function turnOff(): Promise<void> {
  const at = { system: '/hooks', group: '/groups/ID/hooks', project: '/projects/ID/hooks' } as const;
  for (const { id, kind, ownerId } of world.gitlab.state().hooks) {
    const { status } = await fetch(
      `${world.gitlab.url}/api/v4${at[kind].replace('ID', String(ownerId))}/${id}`,
      {
        method: 'DELETE',
        headers: { 'private-token': world.gitlab.tokenOf('root') },
      },
    );
    expect(status).toBeLessThan(300);
  }
}

async function turnOn(): Promise<void> {
  const { url } = world.tieline;
  for (const on of ['groups/acme', 'groups/globex'] as const) await plantHook(world.gitlab, on, url);
  await asAdmin(world.gitlab, '/hooks', { url: `${url}/gitlab/system-hooks`, token: SYSTEM_HOOK_SECRET });
}

describe('hooks in any order, twice, late or never', () => {
  let expected: string[][] = [];
  beforeAll(async () => {
    await world.gitlab.setRole('olga', 'globex', 'developer');
    world.gitlab.faults.dropDeliveries(Number.POSITIVE_INFINITY);
    expected = await tellInOrder(world);
    expect(expected.map((lines) => lines.length)).not.toContain(0);
    world.heard();
  }, 60_000);

  it(
    `make the same of ten stories every time`,
    async () => {
      world.gitlab.faults.dropDeliveries(Number.POSITIVE_INFINITY);
      for (let run = 1; run <= RUNS; run += 1) {
        const seed = Number(process.env['PERMUTATION_SEED'] ?? run * 7919 + process.pid);
        const actual = await tellInDisorder(seeded(seed));
        world.heard();
        for (const [index, { name }] of STORIES.entries()) {
          expect(actual[index], `seed ${seed}: ${name}`).toEqual(expected[index]);
        }
      }
    },
    60_000 + RUNS * 20_000,
  );

  it('are lost, one in ten and all of an hour: one sweep makes up for them', async () => {
    const random = seeded(SEED);
    world.gitlab.faults.dropDeliveries(Number.POSITIVE_INFINITY);
    const post = createPost(world);
    const progress = await beginAll(world, post);
    const steps = progress.flatMap(({ telling, left }) => left.map((step) => ({ telling, step })));
    const offFrom = Math.floor(steps.length * (0.3 + random() * 0.3));
    const offUntil = Math.floor(steps.length * 0.75);
    const offMs = HOUR_MS / (offUntil - offFrom);
    for (const [index, { telling, step }] of steps.entries()) {
      if (index === offFrom) await turnOff();
      if (index === offUntil) await turnOn();
      const isOff = index >= offFrom && index < offUntil;
      if (isOff) world.advance(offMs / 2);
      await step(telling);
      if (isOff) world.advance(offMs / 2);
      for (const sent of await post.collect()) if (random() > 0.1) await post.bring(sent);
      if (random() < 0.3) await world.settled();
    }
    await world.settled();
    const report = await world.tieline.sweep();
    await world.settled();
    expect(report?.isComplete).toBe(true);
    for (const [index, { telling }] of progress.entries()) {
      expect(await outcomeOf(world, telling), `seed ${SEED}: ${STORIES[index]?.name}`).toEqual(
        expected[index],
      );
    }
    expect(report?.mended.length).toBeGreaterThan(0);
    world.gitlab.faults.clear();
    const again = (await world.tieline.sweep())?.mended ?? [];
    expect(again.map(({ reference, what, detail }) => `${reference} ${what} ${detail}`)).toEqual([]);
    world.heard();
  }, 60_000);
});
