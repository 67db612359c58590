import { LRUCache } from 'lru-cache';

interface BriefCacheOptions {
  readonly max: number;
  /** Age, counted from when the question was asked, at which an answer is no longer given. */
  readonly ttlMs: number;
  /** The same for null. */
  readonly nullTtlMs: number;
  readonly clock: () => number;
  /** Told where each answer comes from. */
  readonly onAnswer?: ((from: AnswerFrom) => void) | undefined;
}

/** Remembered, from a question that was under way already, or from one of its own. */
export type AnswerFrom = 'kept' | 'shared' | 'asked';

export interface BriefCache<Value> {
  /** The kept answer, else the one being fetched, else a new one; `fresh` always asks anew. Failures are not kept. */
  get(key: string, ask: () => Promise<Value | null>, fresh?: boolean): Promise<Value | null>;
  /** Forgets every key that fits, also those being fetched: what comes back for them is not kept. */
  forget(fits: (key: string) => boolean): void;
}

/** A bounded cache in which one question at a time goes out per key, and no answer outlives its time. */
export function createBriefCache<Value>(options: BriefCacheOptions): BriefCache<Value> {
  const { max, ttlMs, nullTtlMs, clock, onAnswer = () => {} } = options;
  const kept = new LRUCache<string, { value: Value | null; until: number }>({ max });
  const flights = new Map<string, { promise: Promise<Value | null>; askedAt: number }>();

  const keep = (key: string, value: Value | null, askedAt: number): void => {
    kept.set(key, { value, until: askedAt + (value === null ? Math.min(nullTtlMs, ttlMs) : ttlMs) });
  };

  const ask = async (key: string, question: () => Promise<Value | null>): Promise<Value | null> => {
    onAnswer('asked');
    const flight = { promise: question(), askedAt: clock() };
    flights.set(key, flight);
    try {
      const value = await flight.promise;
      if (flights.get(key) === flight) keep(key, value, flight.askedAt);
      return value;
    } finally {
      if (flights.get(key) === flight) flights.delete(key);
    }
  };

  return {
    get: async (key, question, fresh = false) => {
      if (fresh) return ask(key, question);
      const found = kept.get(key);
      if (found !== undefined && clock() < found.until) {
        onAnswer('kept');
        return found.value;
      }
      const flight = flights.get(key);
      if (flight === undefined) return ask(key, question);
      onAnswer('shared');
      return flight.promise;
    },
    forget: (fits) => {
      for (const key of [...kept.keys()]) if (fits(key)) kept.delete(key);
      for (const key of [...flights.keys()]) if (fits(key)) flights.delete(key);
    },
  };
}
