import { setTimeout as delay } from 'node:timers/promises';

/** One kind of query, done by the product and by hand-written SQL. */
export interface Shape {
  readonly name: string;
  /** The labels of what it found, to see that both find the same. */
  readonly ours: (turn: number) => Promise<readonly string[]>;
  readonly byHand: (turn: number) => Promise<readonly string[]>;
}

export interface Figure {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

export interface Compared {
  readonly shape: string;
  readonly ours: Figure;
  readonly byHand: Figure;
  /** With every caller asking ten times a second, as people do who type, from when a call was due. */
  readonly typing: { readonly ours: Figure; readonly byHand: Figure };
  /** Time per call of ours to that of the other. */
  readonly ratio: number;
}

const ROUNDS = 3;
const CHECKS = 20;
const WARM_UP_MS = 1_000;
const KEY_MS = 100;

/** Both by turns, so that a busy machine is busy for both; the median round by throughput of each. */
export async function measureShape(
  shape: Shape,
  { callers, seconds }: { callers: number; seconds: number },
): Promise<Compared> {
  for (let turn = 0; turn < CHECKS; turn += 1) {
    const [ours, byHand] = [await shape.ours(turn), await shape.byHand(turn)];
    if (ours.join() !== byHand.join()) {
      throw new Error(`${shape.name}, turn ${turn}: ${ours.join()} is not ${byHand.join()}`);
    }
  }
  // The first second is the JavaScript engine's.
  await run(shape.ours, callers, WARM_UP_MS);
  await run(shape.byHand, callers, WARM_UP_MS);
  const ours: Figure[] = [];
  const byHand: Figure[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await run(shape.ours, callers, (seconds * 1_000) / ROUNDS));
    byHand.push(await run(shape.byHand, callers, (seconds * 1_000) / ROUNDS));
  }
  const [mine, other] = [middle(ours), middle(byHand)];
  const typing = {
    ours: await run(shape.ours, callers, seconds * 1_000, KEY_MS),
    byHand: await run(shape.byHand, callers, seconds * 1_000, KEY_MS),
  };
  return { shape: shape.name, ours: mine, byHand: other, typing, ratio: other.perSecond / mine.perSecond };
}

const middle = (figures: readonly Figure[]): Figure => {
  const sorted = [...figures].sort((one, other) => one.perSecond - other.perSecond);
  return sorted[Math.floor(sorted.length / 2)] ?? { p50: 0, p99: 0, perSecond: 0 };
};

/** One call after the other, or one each `paceMs`. */
async function run(call: Shape['ours'], callers: number, forMs: number, paceMs = 0): Promise<Figure> {
  const times: number[] = [];
  const start = performance.now();
  let turn = 0;
  const caller = async (_: unknown, index: number) => {
    let due = start + (paceMs * index) / callers;
    while (due < start + forMs) {
      const early = due - performance.now();
      if (paceMs > 0 && early > 0) await delay(early);
      turn += 1;
      await call(turn);
      times.push(performance.now() - due);
      due = paceMs > 0 ? due + paceMs : performance.now();
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const elapsed = performance.now() - start;
  times.sort((one, other) => one - other);
  const at = (share: number) => times[Math.floor((times.length - 1) * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), perSecond: (times.length * 1_000) / elapsed };
}
