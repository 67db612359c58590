/**
 * Hook deliveries: each on its own after the write, in no promised order, 10 seconds at most, tried once.
 * There is no automatic redelivery, as in GitLab; the log can send one again under the same idempotency key.
 */
import { randomUUID } from 'node:crypto';
import { deliveryHeaders, type Envelope } from './hook-headers.ts';
import type { HookEvent } from './lab.ts';
import { byId, groupsOf, selfAndAncestors } from './paths.ts';
import { type DeliveryRow, type GitLabState, type HookRow, takeId } from './state.ts';

const MAX_DELIVERIES_KEPT = 500;
const MAX_CHAINS_KEPT = 1_000;
const MAX_RESPONSE_KEPT = 8 * 1024;
const FREE_FAILURES = 3;
const PERMANENT_AFTER = 40;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

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

export interface Parcel {
  trigger: string;
  body: string;
  chain: string | null;
  idempotencyKey?: string;
}

export interface Courier {
  fire(event: HookEvent): void;
  /** Sends now, whatever the hook's flags and state, and gives the log's new row. */
  send(hook: HookRow, parcel: Parcel): Promise<DeliveryRow>;
  /** Resolves when no delivery is under way, those set off meanwhile included. */
  idle(): Promise<void>;
}

/** `executable`, `temporarily_disabled` or `disabled`, as GitLab's API words it. */
export function alertStatus(state: GitLabState, hook: HookRow, now: Date): string {
  if (!state.switches.autoDisable || hook.kind === 'system') return 'executable';
  if (hook.failures >= PERMANENT_AFTER) return 'disabled';
  const disabled = hook.disabledUntil !== null && Date.parse(hook.disabledUntil) > now.getTime();
  return disabled ? 'temporarily_disabled' : 'executable';
}

function hooksFor(state: GitLabState, event: HookEvent): HookRow[] {
  const { scope, flag } = event;
  if (scope.kind === 'system') return state.hooks.filter((hook) => hook.kind === 'system');
  const groups =
    scope.kind === 'group'
      ? selfAndAncestors(state, byId(state.groups, scope.id))
      : groupsOf(state, byId(state.projects, scope.id));
  const groupIds = new Set(groups.map((group) => group.id));
  return state.hooks.filter((hook) => {
    if (flag !== null && hook.events[flag] !== true) return false;
    if (hook.kind === 'group') return hook.ownerId !== null && groupIds.has(hook.ownerId);
    return hook.kind === 'project' && scope.kind === 'project' && hook.ownerId === scope.id;
  });
}

/** GitLab 17.11 and later: three failures are free, then 1 minute doubling up to a day, for ever after 40. */
function countResult(state: GitLabState, hook: HookRow, outcome: { ok: boolean; now: Date }): void {
  if (outcome.ok) {
    hook.failures = 0;
    hook.disabledUntil = null;
    return;
  }
  hook.failures += 1;
  if (hook.kind === 'system' || !state.switches.autoDisable || hook.failures <= FREE_FAILURES) return;
  const pause = Math.min(MINUTE_MS * 2 ** (hook.failures - FREE_FAILURES - 1), DAY_MS);
  hook.disabledUntil = new Date(outcome.now.getTime() + pause).toISOString();
}

type Sent = Pick<DeliveryRow, 'responseStatus' | 'responseBody' | 'error'>;

async function post(
  deps: CourierDeps,
  url: string,
  request: { headers: Record<string, string>; body: string },
): Promise<Sent> {
  if (deps.takeDrop()) return { responseStatus: null, responseBody: '', error: 'lost on the way' };
  try {
    const signal = AbortSignal.timeout(deps.timeoutMs);
    const response = await fetch(url, { method: 'POST', ...request, redirect: 'manual', signal });
    const text = (await response.text()).slice(0, MAX_RESPONSE_KEPT);
    return { responseStatus: response.status, responseBody: text, error: null };
  } catch (error) {
    const message =
      error instanceof Error ? (error.cause instanceof Error ? error.cause : error).message : String(error);
    return { responseStatus: null, responseBody: '', error: message };
  }
}

async function deliver(deps: CourierDeps, hook: HookRow, parcel: Parcel): Promise<DeliveryRow> {
  const { state } = deps;
  await deps.flush();
  const sentAt = deps.now();
  const envelope: Envelope = {
    trigger: parcel.trigger,
    body: parcel.body,
    idempotencyKey: parcel.idempotencyKey ?? randomUUID(),
    chain: parcel.chain ?? randomUUID(),
    instance: deps.baseUrl(),
    signingToken: hook.signingToken ?? state.switches.signingToken,
    sentAt,
  };
  const headers = deliveryHeaders(hook, envelope);
  const began = performance.now();
  const sent = await post(deps, hook.url, { headers, body: parcel.body });
  const { responseStatus } = sent;
  countResult(state, hook, {
    ok: responseStatus !== null && responseStatus >= 200 && responseStatus < 400,
    now: deps.now(),
  });
  const row: DeliveryRow = {
    id: takeId(state, 'delivery'),
    hookId: hook.id,
    url: hook.url,
    trigger: parcel.trigger,
    idempotencyKey: envelope.idempotencyKey,
    requestHeaders: headers,
    requestBody: parcel.body,
    ...sent,
    durationMs: Math.round(performance.now() - began),
    createdAt: sentAt.toISOString(),
  };
  state.deliveries.push(row);
  state.deliveries.splice(0, state.deliveries.length - MAX_DELIVERIES_KEPT);
  deps.changed();
  deps.log(`${row.trigger} to ${row.url}: ${row.responseStatus ?? row.error} in ${row.durationMs} ms`);
  return row;
}

export function createCourier(deps: CourierDeps): Courier {
  const underWay = new Set<Promise<unknown>>();
  const chains = new Map<string, Set<number>>();

  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    underWay.add(work);
    const forget = () => underWay.delete(work);
    work.then(forget, forget);
    return work;
  };
  /** A hook is not set off twice within one chain of requests that caused one another. */
  const enters = (chain: string, hook: HookRow): boolean => {
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
  const send = (hook: HookRow, parcel: Parcel) => track(deliver(deps, hook, parcel));
  return {
    send,
    fire: (event) => {
      const body = JSON.stringify(event.payload);
      const chain = event.chain ?? randomUUID();
      for (const hook of hooksFor(deps.state, event)) {
        if (alertStatus(deps.state, hook, deps.now()) !== 'executable' || !enters(chain, hook)) continue;
        void send(hook, { trigger: event.trigger, body, chain });
      }
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
  };
}
