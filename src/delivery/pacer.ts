import type { Database } from '../db/client.ts';
import { sentLately } from '../db/queries/pace.ts';
import type { DeliveryClock } from './clock.ts';

/** The most that a platform is sent within any such time. */
export interface Pace {
  readonly most: number;
  readonly perMs: number;
}

/** Keeps one platform's pace. What was sent is counted in the database, so restarts and other processes count too. */
export interface Pacer {
  /** How many of `wanted` may be sent now; when none, `onFree` hears in how many milliseconds one may. */
  room(wanted: number, onFree: (delayMs: number) => void): Promise<number>;
  /** Counts a message that is being sent, until the function this gives is called. */
  begin(): () => void;
}

interface PacerDeps {
  readonly database: Database;
  readonly platform: string;
  readonly clock: DeliveryClock;
}

/** A pacer; without a pace everything has room. */
export function createPacer({ database, platform, clock }: PacerDeps, pace: Pace | undefined): Pacer {
  let running = 0;
  return {
    async room(wanted, onFree) {
      if (pace === undefined) return wanted;
      const lately = { platform, withinMs: pace.perMs, now: clock.now() };
      // What ends while the database is asked may be in neither count otherwise; its end wakes the worker once more.
      const before = running;
      const { count, freeInMs } = await sentLately(database.prisma, lately);
      const left = Math.max(0, pace.most - count - Math.max(before, running));
      // What is under way wakes the worker by its end.
      if (left === 0 && freeInMs !== null) onFree(Math.max(1, freeInMs));
      return Math.min(wanted, left);
    },
    begin() {
      running += 1;
      return () => {
        running -= 1;
      };
    },
  };
}
