/**
 * Hook deliveries: each on its own after the write, in no promised order, 10 seconds at most, tried once.
 * There is no automatic redelivery, as in GitLab; the log can send one again under the same idempotency key.
 * Only what a crash cut short is taken up again, as GitLab's job queue does.
 */
import { randomUUID } from 'node:crypto';
import { deliveryHeaders, type Envelope } from './hook-headers.ts';
import { alertStatus, countResult, hooksFor } from './hook-standing.ts';
import type { HookEvent } from './lab.ts';
import { type DeliveryRow, type GitLabState, type HookRow, type PendingRow, takeId } from './state.ts';

const MAX_DELIVERIES_KEPT = 500;
const MAX_CHAINS_KEPT = 1_000;
const MAX_RESPONSE_KEPT = 8 * 1024;

/** What a courier needs of its instance. */
export interface CourierDeps {
  readonly state: GitLabState;
  readonly baseUrl: () => string;
  readonly now: () => Date;
  readonly changed: () => void;
  /** Resolves when everything written so far is saved: nobody hears of what a crash could undo. */
  readonly flush: () => Promise<void>;
  readonly takeDrop: () => boolean;
  readonly timeoutMs: number;
  readonly log: (line: string) => void;
}

/** What to send. Without a chain or key of its own it gets new ones. */
export interface Parcel {
  trigger: string;
  body: string;
  chain?: string;
  idempotencyKey?: string;
}

/** Brings events to hooks. */
export interface Courier {
  fire(event: HookEvent): void;
  /** Sends now, whatever the hook's flags and state, and gives the log's new row. */
  send(hook: HookRow, parcel: Parcel): Promise<DeliveryRow>;
  /** Sends what an earlier run had still to send when it ended. */
  resume(): void;
  /** Resolves when no delivery is under way, those set off meanwhile included. */
  idle(): Promise<void>;
  /** Gives those under way so many milliseconds, then cuts them off; they stay due for the next run. */
  stop(graceMs: number): Promise<void>;
}

interface Sending extends CourierDeps {
  readonly stopped: AbortSignal;
}

type Sent = Pick<DeliveryRow, 'responseStatus' | 'responseBody' | 'error'>;

async function post(
  deps: Sending,
  url: string,
  request: { headers: Record<string, string>; body: string },
): Promise<Sent> {
  if (deps.takeDrop()) return { responseStatus: null, responseBody: '', error: 'lost on the way' };
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(deps.timeoutMs), deps.stopped]);
    const response = await fetch(url, { method: 'POST', ...request, redirect: 'manual', signal });
    const text = (await response.text()).slice(0, MAX_RESPONSE_KEPT);
    return { responseStatus: response.status, responseBody: text, error: null };
  } catch (error) {
    const message =
      error instanceof Error ? (error.cause instanceof Error ? error.cause : error).message : String(error);
    return { responseStatus: null, responseBody: '', error: message };
  }
}

async function deliver(deps: Sending, hook: HookRow, parcel: Parcel): Promise<DeliveryRow> {
  const { state } = deps;
  await deps.flush();
  const sentAt = deps.now();
  const body = hook.template ?? parcel.body;
  const envelope: Envelope = {
    trigger: parcel.trigger,
    body,
    idempotencyKey: parcel.idempotencyKey ?? randomUUID(),
    chain: parcel.chain ?? randomUUID(),
    instance: deps.baseUrl(),
    // GitLab 18 and older know nothing of it.
    signingToken: state.switches.acceptSigningTokens
      ? (hook.signingToken ?? state.switches.signingToken)
      : null,
    sentAt,
  };
  const headers = deliveryHeaders(hook, envelope);
  const began = performance.now();
  const sent = await post(deps, hook.url, { headers, body });
  const row: DeliveryRow = {
    id: takeId(state, 'delivery'),
    hookId: hook.id,
    url: hook.url,
    trigger: parcel.trigger,
    idempotencyKey: envelope.idempotencyKey,
    requestHeaders: headers,
    requestBody: body,
    ...sent,
    durationMs: Math.round(performance.now() - began),
    createdAt: sentAt.toISOString(),
  };
  if (!deps.stopped.aborted) file(deps, hook, row);
  return row;
}

/** Enters a finished delivery in the log and on the hook's record. */
function file(deps: CourierDeps, hook: HookRow, row: DeliveryRow): void {
  const { state } = deps;
  const { responseStatus: status } = row;
  countResult(state, hook, { ok: status !== null && status >= 200 && status < 400, now: deps.now() });
  state.deliveries.push(row);
  state.deliveries.splice(0, state.deliveries.length - MAX_DELIVERIES_KEPT);
  state.pending = state.pending.filter(({ hookId, idempotencyKey }) => {
    return hookId !== row.hookId || idempotencyKey !== row.idempotencyKey;
  });
  deps.changed();
  deps.log(`${row.trigger} to ${row.url}: ${status ?? row.error} in ${row.durationMs} ms`);
}

/** Tells whether a hook may still be set off within a chain of requests that caused one another: once. */
function createChainGuard(): (chain: string, hook: HookRow) => boolean {
  const chains = new Map<string, Set<number>>();
  return (chain, hook) => {
    const visited = chains.get(chain) ?? new Set<number>();
    chains.set(chain, visited);
    for (const oldest of chains.keys()) {
      if (chains.size <= MAX_CHAINS_KEPT) break;
      chains.delete(oldest);
    }
    if (visited.has(hook.id)) return false;
    visited.add(hook.id);
    return true;
  };
}

/** Deliveries under way: starts them, waits for all, cuts them off. */
function createVan(deps: CourierDeps): Pick<Courier, 'send' | 'idle' | 'stop'> {
  const underWay = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  const sending: Sending = { ...deps, stopped: stopping.signal };
  const idle = async () => {
    while (underWay.size > 0) await Promise.allSettled([...underWay]);
  };
  return {
    idle,
    send: (hook, parcel) => {
      const work = deliver(sending, hook, parcel);
      underWay.add(work);
      const forget = () => underWay.delete(work);
      work.then(forget, forget);
      return work;
    },
    stop: async (graceMs) => {
      const cut = setTimeout(() => stopping.abort(), graceMs);
      await idle();
      clearTimeout(cut);
      stopping.abort();
    },
  };
}

/** The courier of one instance; it keeps its log and what is due in the instance's state. */
export function createCourier(deps: CourierDeps): Courier {
  const { state } = deps;
  const van = createVan(deps);
  const enters = createChainGuard();
  const sendDue = (row: PendingRow) => {
    const hook = state.hooks.find((candidate) => candidate.id === row.hookId);
    if (hook !== undefined) void van.send(hook, row);
    else state.pending = state.pending.filter((other) => other !== row);
  };
  return {
    ...van,
    fire: (event) => {
      const { trigger } = event;
      const body = JSON.stringify(event.payload);
      const chain = event.chain ?? randomUUID();
      for (const hook of hooksFor(state, event)) {
        if (alertStatus(state, hook, deps.now()) !== 'executable' || !enters(chain, hook)) continue;
        const row: PendingRow = { hookId: hook.id, trigger, body, chain, idempotencyKey: randomUUID() };
        state.pending.push(row);
        deps.changed();
        sendDue(row);
      }
    },
    resume: () => {
      for (const row of state.pending) sendDue(row);
    },
  };
}
