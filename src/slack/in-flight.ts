/** Counts work that goes on after its request was acknowledged, so that a stop can wait for it. */
export interface InFlight {
  /** Counts `work` until it settles. It must not reject. */
  track(work: Promise<unknown>): void;
  readonly count: number;
  /** Resolves when nothing is left, or after `timeoutMs`; gives how many were left. */
  drain(timeoutMs: number): Promise<number>;
}

export function createInFlight(): InFlight {
  const running = new Set<Promise<unknown>>();
  const waiting = new Set<() => void>();
  return {
    track(work) {
      running.add(work);
      void work.finally(() => {
        running.delete(work);
        if (running.size === 0) for (const wake of waiting) wake();
      });
    },
    get count() {
      return running.size;
    },
    drain: (timeoutMs) =>
      new Promise((resolve) => {
        const finish = () => {
          clearTimeout(timer);
          waiting.delete(finish);
          resolve(running.size);
        };
        const timer = setTimeout(finish, timeoutMs);
        waiting.add(finish);
        if (running.size === 0) finish();
      }),
  };
}
