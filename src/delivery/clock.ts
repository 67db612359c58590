/**
 * Time for the worker. `now` gives null to mean the database's own time, on which processes with differing clocks
 * agree. `after` runs `run` once, `ms` from now, unless the returned function is called before.
 */
export interface DeliveryClock {
  now(): Date | null;
  after(ms: number, run: () => void): () => void;
}

/** The database's time and real timers. */
export const systemClock: DeliveryClock = {
  now: () => null,
  after(ms, run) {
    // Timers may fire a little early; a hair late finds the row due instead of leaving it to the next poll.
    const timer = setTimeout(run, Math.ceil(ms) + 3);
    return () => clearTimeout(timer);
  },
};
