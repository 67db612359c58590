import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { World } from '../world.ts';
import type { InstanceControl } from './control.ts';
import { createControl } from './control-person.ts';
import { type Courier, createCourier } from './courier.ts';
import { createFaultGate, type Faults } from './faults.ts';
import { alertStatus } from './hook-standing.ts';
import { createHttp, type LoggedRequest } from './http.ts';
import type { Lab, QuickActionStripper } from './lab.ts';
import { type OAuthApplication, oauthRoutes } from './oauth.ts';
import { findToken, findUser } from './paths.ts';
import { notFound } from './refusal.ts';
import { graphqlRoutes } from './routes-graphql.ts';
import { hookRoutes, resend } from './routes-hooks.ts';
import { issueRoutes } from './routes-issues.ts';
import { namespaceRoutes } from './routes-namespaces.ts';
import { commentRoutes } from './routes-notes.ts';
import { peopleRoutes } from './routes-people.ts';
import { createSaver, type Saver } from './saver.ts';
import { plantHooks, type SeedHook } from './seed-hooks.ts';
import { stateFromWorld } from './seed-state.ts';
import type { DeliveryRow, GitLabState, Switches } from './state.ts';
import { createToken, revokeToken } from './write-people.ts';

const HOOK_TIMEOUT_MS = 10_000;
const CLOSE_GRACE_MS = 2_000;

/** How an instance starts; only the world must be given. */
export interface FakeGitLabOptions {
  readonly world: World;
  readonly host?: string;
  /** 0 or none: any free port. */
  readonly port?: number;
  /** Goes on from here instead of from the world. It is copied. */
  readonly state?: GitLabState;
  /** Gets the live state soon after each change; no answer and no hook leaves before what it returns has resolved. */
  readonly onChange?: (state: GitLabState) => void | Promise<void>;
  readonly hooks?: readonly SeedHook[];
  /** Address of the page that shows an issue. */
  readonly pageUrl?: (project: string, iid: number) => string;
  readonly stripQuickActions?: QuickActionStripper;
  /** Without one nobody can sign in anywhere with their account. */
  readonly oauth?: OAuthApplication;
  readonly now?: () => Date;
  readonly hookTimeoutMs?: number;
  /** Hears one line for each delivery. */
  readonly log?: (line: string) => void;
}

/** A running make-believe GitLab: real HTTP at `url`, and the strings to pull from inside the process. */
export interface FakeGitLab extends InstanceControl {
  readonly url: string;
  readonly faults: Faults;
  /** Live: setting one takes effect at once and is part of the saved state. */
  readonly switches: Switches;
  /** A copy of everything, to start another from. */
  state(): GitLabState;
  /** The delivery log, oldest first. */
  deliveries(): DeliveryRow[];
  /** Sends a logged delivery again under its idempotency key; gives the new log row. */
  resend(deliveryId: number): Promise<DeliveryRow>;
  /** `executable`, `temporarily_disabled` or `disabled`, by hook id. */
  hookStatus(): { id: number; url: string; status: string; failures: number }[];
  requests(): LoggedRequest[];
  clearRequests(): void;
  /** The person's first token that still works. */
  tokenOf(username: string): string;
  createToken(username: string, scopes: readonly string[]): string;
  revokeToken(token: string): void;
  /** Sends what the run that `state` was saved from had still to send; call it when the receivers listen. */
  resumeDeliveries(): void;
  /** Resolves when no hook delivery is under way. */
  idle(): Promise<void>;
  /** Ends every hold and fault, gives deliveries under way two seconds, saves a last time. */
  close(): Promise<void>;
}

interface Parts {
  lab: Lab;
  saver: Saver;
  courier: Courier;
  faults: Faults;
  app: FastifyInstance;
  requests: LoggedRequest[];
}

/** The switches of the state, each setting of which is a change to be saved. */
function watchSwitches(state: GitLabState, changed: () => void): Switches {
  return new Proxy(state.switches, {
    set: (switches, name, value) => {
      changed();
      return Reflect.set(switches, name, value);
    },
  });
}

function build(options: FakeGitLabOptions, address: { url: string }): Parts {
  const { now = () => new Date() } = options;
  const state = options.state === undefined ? stateFromWorld(options.world) : structuredClone(options.state);
  const { onChange } = options;
  const saver = createSaver(onChange === undefined ? undefined : () => onChange(state));
  const gate = createFaultGate();
  const baseUrl = () => address.url;
  const { changed, flush } = saver;
  const courier = createCourier({
    state,
    baseUrl,
    now,
    changed,
    flush,
    takeDrop: gate.takeDroppedDelivery,
    timeoutMs: options.hookTimeoutMs ?? HOOK_TIMEOUT_MS,
    log: options.log ?? (() => {}),
  });
  const stripQuickActions = options.stripQuickActions ?? null;
  const lab: Lab = { state, baseUrl, now, changed, fire: courier.fire, stripQuickActions };
  const { app, api, requests } = createHttp({ lab, gate, flush, pageUrl: options.pageUrl ?? null });
  peopleRoutes(api);
  namespaceRoutes(api);
  issueRoutes(api);
  commentRoutes(api);
  graphqlRoutes(api);
  hookRoutes({ ...api, courier });
  if (options.oauth !== undefined) oauthRoutes(api, options.oauth);
  return { lab, saver, courier, faults: gate.faults, app, requests };
}

type LogControl = Pick<FakeGitLab, 'deliveries' | 'resend' | 'hookStatus' | 'requests' | 'clearRequests'>;

function logControl({ lab, courier, requests }: Parts): LogControl {
  const { state } = lab;
  return {
    deliveries: () => structuredClone(state.deliveries),
    resend: async (deliveryId) => {
      const row = state.deliveries.find((delivery) => delivery.id === deliveryId);
      if (row === undefined) throw notFound('Web hook log');
      const hook = state.hooks.find((candidate) => candidate.id === row.hookId);
      if (hook === undefined) throw notFound();
      return resend(courier, hook, row);
    },
    hookStatus: () =>
      state.hooks.map((hook) => {
        const { id, url, failures } = hook;
        return { id, url, failures, status: alertStatus(state, hook, lab.now()) };
      }),
    requests: () => requests.map((entry) => ({ ...entry })),
    clearRequests: () => void requests.splice(0),
  };
}

type TokenControl = Pick<FakeGitLab, 'tokenOf' | 'createToken' | 'revokeToken'>;

function tokenControl(lab: Lab): TokenControl {
  const userOf = (username: string) => {
    const user = findUser(lab.state, username);
    if (user === null) throw notFound('User');
    return user;
  };
  return {
    tokenOf: (username) => {
      const token = findToken(lab.state, userOf(username));
      if (token === null) throw notFound('Token');
      return token;
    },
    createToken: (username, scopes) => createToken(lab, userOf(username), scopes),
    revokeToken: (token) => revokeToken(lab, token),
  };
}

/**
 * Starts a GitLab that lives in memory and answers real HTTP. It goes on from `state` when there is one, with ids
 * that were never given before. Rejects when the port is taken.
 */
export async function startFakeGitLab(options: FakeGitLabOptions): Promise<FakeGitLab> {
  const host = options.host ?? '127.0.0.1';
  const address = { url: '' };
  const parts = build(options, address);
  const { lab, saver, courier, faults, app } = parts;
  await app.listen({ host, port: options.port ?? 0 });
  const { port } = app.server.address() as AddressInfo;
  address.url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (options.hooks !== undefined) plantHooks(lab, options.hooks);
  return {
    ...createControl(lab, saver.flush),
    ...logControl(parts),
    ...tokenControl(lab),
    url: address.url,
    faults,
    switches: watchSwitches(lab.state, saver.changed),
    state: () => structuredClone(lab.state),
    idle: courier.idle,
    resumeDeliveries: courier.resume,
    close: async () => {
      faults.clear();
      await courier.stop(CLOSE_GRACE_MS);
      await app.close();
      await saver.flush();
    },
  };
}
