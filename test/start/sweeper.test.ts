import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startSweeper } from '../../src/start/sweeper.ts';

const log = pino({ level: 'silent' });
const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** When sweeps begin, in minutes after the start, over so many. */
async function sweepsWithin(minutes: number, everyMs: number): Promise<number[]> {
  const begun: number[] = [];
  const startedAt = Date.now();
  const stop = startSweeper(
    async () => {
      begun.push((Date.now() - startedAt) / MINUTE);
      return null;
    },
    everyMs,
    log,
  );
  await vi.advanceTimersByTimeAsync(minutes * MINUTE);
  await stop();
  await vi.advanceTimersByTimeAsync(minutes * MINUTE);
  return begun;
}

test('what happened while the program was down is looked for soon after its start, then every so often', async () => {
  expect(await sweepsWithin(185, 60 * MINUTE)).toEqual([5, 60, 120, 180]);
});

test('no sooner than it is to sweep at all', async () => {
  expect(await sweepsWithin(1, MINUTE / 2)).toEqual([0.5, 1]);
});

test('never where it is turned off', async () => {
  expect(await sweepsWithin(600, 0)).toEqual([]);
});
