/** What to do to a call instead of, or after, its work. */
export type Fault =
  | { kind: 'rate_limit'; retryAfterSec: number }
  | { kind: 'status'; status: number }
  | { kind: 'error'; error: string }
  | { kind: 'hang'; released: Promise<void> }
  | { kind: 'drop' };

interface Planned {
  fault: Fault;
  times: number;
}

/** Faults on demand, by method name; `response_url` stands for the response addresses. Each is used up as told. */
export class Faults {
  readonly #planned = new Map<string, Planned[]>();
  readonly #releases = new Set<() => void>();

  /** 429 with Retry-After, so many times. */
  rateLimit(method: string, options: { times?: number; retryAfterSec: number }): void {
    this.#plan(method, { kind: 'rate_limit', retryAfterSec: options.retryAfterSec }, options.times ?? 1);
  }

  /** An HTTP status, or `ok: false` with this error; nothing is done. */
  fail(method: string, options: { status?: number; error?: string; times?: number }): void {
    const { status, error = 'internal_error', times = 1 } = options;
    this.#plan(method, status === undefined ? { kind: 'error', error } : { kind: 'status', status }, times);
  }

  /** The next call waits until the function this returns is called; its work is done then, unless the caller has left. */
  hang(method: string): () => void {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#releases.add(release);
    this.#plan(method, { kind: 'hang', released }, 1);
    return () => {
      this.#releases.delete(release);
      release();
    };
  }

  /** The work is done, but the connection is cut before the answer. */
  dropResponse(method: string, options: { times?: number } = {}): void {
    this.#plan(method, { kind: 'drop' }, options.times ?? 1);
  }

  /** The fault for this call, if one is planned. */
  take(method: string): Fault | undefined {
    const queue = this.#planned.get(method);
    const next = queue?.[0];
    if (!queue || !next) return undefined;
    next.times -= 1;
    if (next.times <= 0) queue.shift();
    return next.fault;
  }

  /** Forgets all that is planned and lets go of what hangs. */
  clear(): void {
    this.#planned.clear();
    for (const release of this.#releases) release();
    this.#releases.clear();
  }

  #plan(method: string, fault: Fault, times: number): void {
    const queue = this.#planned.get(method) ?? [];
    if (times > 0) queue.push({ fault, times });
    this.#planned.set(method, queue);
  }
}
