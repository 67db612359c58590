/** Misbehaviour on demand: wrong answers, slow ones, lost ones, deliveries that never arrive. In memory only. */
import { setTimeout as wait } from 'node:timers/promises';

interface Match {
  method?: string;
  /** Tested against the request's path as sent and as decoded, both without the query. */
  path: RegExp;
  /** How many requests it catches; 1 when not given. */
  times?: number;
}

/** An answer given in place of the real one. */
export interface FaultyAnswer extends Match {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON unless it is a string. */
  body?: unknown;
}

/** A stop sign that requests pile up behind. */
export interface Hold {
  /** Resolves when that many requests (1 when not given) have arrived. */
  arrived(count?: number): Promise<void>;
  /** Lets all go on, and every later one pass. */
  release(): void;
}

/** The faults that can be asked for. Rules of one kind are used up in the order in which they were set. */
export interface Faults {
  /** Answers the next matching requests in place of the server; nothing is done. */
  respond(fault: FaultyAnswer): void;
  /** 429: with `Retry-After` and `RateLimit-*` headers, or without any when `retryAfterSec` is null, as GitLab's two limiters do. */
  rateLimit(fault: Match & { retryAfterSec: number | null }): void;
  /** Answers later. */
  slow(fault: Match & { ms: number }): void;
  /** Cuts the connection: before anything is done, or after it was done, so that the caller cannot know. */
  cut(fault: Match & { when: 'before' | 'after' }): void;
  hold(path: RegExp): Hold;
  /** The next hook deliveries are lost on the way; the log says so. */
  dropDeliveries(times: number): void;
  /** Forgets every fault and releases every hold. */
  clear(): void;
}

/** What rules are matched against: an upper-case method and a path without query. */
export interface FaultTarget {
  method: string;
  path: string;
}

/** What the server asks before and after it handles a request. */
export interface FaultGate {
  readonly faults: Faults;
  /** Waits as long as it must, then gives the answer to send instead, `cut`, or null to go on. */
  before(target: FaultTarget): Promise<FaultyAnswer | 'cut' | null>;
  /** True when the answer to this request is to be lost. */
  cutsAfter(target: FaultTarget): boolean;
  takeDroppedDelivery(): boolean;
}

type Rule = Match & { left: number };

function matches(rule: Match, target: FaultTarget): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== target.method) return false;
  const test = (path: string) =>
    new RegExp(rule.path.source, rule.path.flags.replace(/[gy]/g, '')).test(path);
  return test(target.path) || test(decoded(target.path));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A list of rules that are used up. */
function createRules<Fault extends Match>() {
  const rules: (Fault & Rule)[] = [];
  return {
    add: (fault: Fault) => void rules.push({ ...fault, left: fault.times ?? 1 }),
    take: (target: FaultTarget): Fault | null => {
      const rule = rules.find((candidate) => candidate.left > 0 && matches(candidate, target));
      if (rule === undefined) return null;
      rule.left -= 1;
      return rule;
    },
    clear: () => void rules.splice(0),
  };
}

interface Gate extends Hold {
  pass(target: FaultTarget): Promise<void>;
}

function createHold(path: RegExp): Gate {
  let seen = 0;
  let released = false;
  let watchers: { count: number; tell: () => void }[] = [];
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    arrived: (count = 1) =>
      new Promise((tell) => {
        if (seen >= count) tell();
        else watchers.push({ count, tell });
      }),
    release: () => {
      released = true;
      open();
    },
    pass: async (target) => {
      if (released || !matches({ path }, target)) return;
      seen += 1;
      for (const watcher of watchers) if (seen >= watcher.count) watcher.tell();
      watchers = watchers.filter((watcher) => seen < watcher.count);
      await opened;
    },
  };
}

function limited(fault: Match & { retryAfterSec: number | null }): FaultyAnswer {
  const { retryAfterSec, ...match } = fault;
  const error = 'This endpoint has been requested too many times. Try again later.';
  if (retryAfterSec === null) return { ...match, status: 429, body: { message: { error } } };
  const headers = {
    'retry-after': String(retryAfterSec),
    'ratelimit-limit': '60',
    'ratelimit-observed': '61',
    'ratelimit-remaining': '0',
    'ratelimit-reset': String(Math.ceil(Date.now() / 1000) + retryAfterSec),
    'ratelimit-name': 'throttle_authenticated_api',
  };
  return { ...match, status: 429, headers, body: 'Retry later\n' };
}

/** The stop signs that stand. */
function createHolds() {
  let holds: Gate[] = [];
  return {
    add: (path: RegExp): Hold => {
      const hold = createHold(path);
      holds.push(hold);
      return hold;
    },
    pass: async (target: FaultTarget) => {
      for (const hold of holds) await hold.pass(target);
    },
    clear: () => {
      for (const hold of holds) hold.release();
      holds = [];
    },
  };
}

/** No fault to begin with. */
export function createFaultGate(): FaultGate {
  const answers = createRules<FaultyAnswer>();
  const delays = createRules<Match & { ms: number }>();
  const cutsBefore = createRules<Match>();
  const cutsAfter = createRules<Match>();
  const holds = createHolds();
  let dropped = 0;
  const clear = () => {
    for (const part of [answers, delays, cutsBefore, cutsAfter, holds]) part.clear();
    dropped = 0;
  };
  const faults: Faults = {
    respond: answers.add,
    rateLimit: (fault) => answers.add(limited(fault)),
    slow: delays.add,
    cut: ({ when, ...match }) => (when === 'before' ? cutsBefore : cutsAfter).add(match),
    hold: holds.add,
    dropDeliveries: (times) => {
      dropped += times;
    },
    clear,
  };
  const before = async (target: FaultTarget) => {
    await holds.pass(target);
    const delay = delays.take(target);
    if (delay !== null) await wait(delay.ms);
    return cutsBefore.take(target) === null ? answers.take(target) : 'cut';
  };
  return {
    faults,
    before,
    cutsAfter: (target) => cutsAfter.take(target) !== null,
    takeDroppedDelivery: () => {
      if (dropped === 0) return false;
      dropped -= 1;
      return true;
    },
  };
}
