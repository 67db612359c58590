import type { DeliveryClock } from '../../src/delivery/clock.ts';

/** A clock that moves only when told to. It starts a minute ahead, so that rows stored meanwhile are due. */
export interface ManualClock extends DeliveryClock {
  now(): Date;
  /** Moves time on and fires the timers passed on the way, in order. */
  advance(ms: number): void;
}

export function manualClock(): ManualClock {
  let now = Date.now() + 60_000;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => new Date(now),
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
  };
}
