import { OutOfRequestsError } from '../services/sweep/source.ts';

interface CallLimits {
  readonly maxRequests: number;
  /** Once aborted, nothing more is asked. */
  readonly signal: AbortSignal | null;
}

/** Counts the questions of one sweep, whichever client asks them. */
export interface CallCounter {
  /** The same client; the call after the last allowed throws OutOfRequestsError. */
  limit<Client extends object>(client: Client): Client;
  asked(): number;
}

/** A counter that allows so many. */
export function countCalls({ maxRequests, signal }: CallLimits): CallCounter {
  let asked = 0;
  return {
    asked: () => asked,
    limit: (client) =>
      new Proxy(client, {
        get: (target, name) => {
          const method: unknown = Reflect.get(target, name);
          if (typeof method !== 'function') return method;
          return (...args: readonly unknown[]) => {
            if (asked >= maxRequests || signal?.aborted) throw new OutOfRequestsError();
            asked += 1;
            return Reflect.apply(method, target, args) as unknown;
          };
        },
      }),
  };
}
