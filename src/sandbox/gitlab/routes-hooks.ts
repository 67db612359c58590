import { ROLE_LEVELS } from '../../domain/roles.ts';
import { groupLevel, projectLevel } from './access.ts';
import type { Api, Call } from './api.ts';
import type { Courier } from './courier.ts';
import { issueEvent, noteEvent } from './hook-events.ts';
import { alertStatus } from './hook-standing.ts';
import { byId, groupsOf } from './paths.ts';
import { forbidden, missing, notFound, Refusal } from './refusal.ts';
import type { DeliveryRow, HookRow, ProjectRow } from './state.ts';
import { addHook, applyHookParams, assertUrl, removeHook } from './write-hooks.ts';

interface HookApi extends Api {
  readonly courier: Courier;
}

interface Owner {
  kind: HookRow['kind'];
  ownerId: number | null;
}

type OwnerOf = (call: Call) => Owner;

/** `API::Entities::Hook`. Secrets are never given back, only whether there are any. */
function presentHook(api: Api, hook: HookRow) {
  const { lab } = api;
  const owner =
    hook.kind === 'system'
      ? {}
      : hook.kind === 'group'
        ? { group_id: hook.ownerId }
        : { project_id: hook.ownerId };
  return {
    id: hook.id,
    url: hook.url,
    name: hook.name,
    description: null,
    created_at: hook.createdAt,
    ...hook.events,
    ...owner,
    enable_ssl_verification: hook.sslVerification,
    alert_status: alertStatus(lab.state, hook, lab.now()),
    disabled_until: hook.disabledUntil,
    url_variables: [],
    custom_headers: [],
    custom_webhook_template: hook.template ?? null,
    push_events_branch_filter: '',
    branch_filter_strategy: 'wildcard',
    token_present: hook.token !== null,
    signing_token_present: hook.signingToken !== null,
  };
}

function presentDelivery(row: DeliveryRow) {
  return {
    id: row.id,
    url: row.url,
    trigger: row.trigger,
    request_headers: { ...row.requestHeaders, 'X-Gitlab-Token': '[REDACTED]' },
    request_data: JSON.parse(row.requestBody) as unknown,
    response_headers: {},
    response_body: row.responseBody,
    execution_duration: row.durationMs / 1000,
    response_status: row.responseStatus === null ? 'internal error' : String(row.responseStatus),
    created_at: row.createdAt,
  };
}

function hooksOf(api: Api, owner: Owner): HookRow[] {
  return api.lab.state.hooks.filter((hook) => hook.kind === owner.kind && hook.ownerId === owner.ownerId);
}

function findHook(api: Api, call: Call, owner: Owner): HookRow {
  const hook = hooksOf(api, owner).find((row) => row.id === Number(call.part('hook_id')));
  if (hook === undefined) throw notFound();
  return hook;
}

function crudRoutes(api: HookApi, base: string, ownerOf: OwnerOf): void {
  const found = (call: Call) => findHook(api, call, ownerOf(call));
  api.on(`GET ${base}`, (call) =>
    call.page(hooksOf(api, ownerOf(call)), (hook) => hook.id).map((hook) => presentHook(api, hook)),
  );
  api.on(`GET ${base}/:hook_id`, (call) => presentHook(api, found(call)));
  api.on(`POST ${base}`, (call) => {
    const owner = ownerOf(call);
    const url = call.params.text('url');
    if (url === undefined) throw missing('url');
    assertUrl(api.lab, url, owner.kind);
    const hook = addHook(api.lab, { ...owner, url });
    applyHookParams(api.lab, hook, call.params);
    void call.reply.code(201);
    return presentHook(api, hook);
  });
  api.on(`PUT ${base}/:hook_id`, (call) => {
    const hook = found(call);
    applyHookParams(api.lab, hook, call.params);
    return presentHook(api, hook);
  });
  api.on(`DELETE ${base}/:hook_id`, (call) => removeHook(api.lab, found(call)));
}

function logRoutes(api: HookApi, base: string, ownerOf: OwnerOf): void {
  const { state } = api.lab;
  api.on(`GET ${base}/:hook_id/events`, (call) => {
    const { id } = findHook(api, call, ownerOf(call));
    const rows = state.deliveries.filter((row) => row.hookId === id).reverse();
    return call.page(rows, (row) => row.id).map(presentDelivery);
  });
  api.on(`POST ${base}/:hook_id/events/:event_id/resend`, async (call) => {
    const hook = findHook(api, call, ownerOf(call));
    const row = state.deliveries.find(
      (delivery) => delivery.hookId === hook.id && delivery.id === Number(call.part('event_id')),
    );
    if (row === undefined) throw notFound('Web hook log');
    const sent = await resend(api.courier, hook, row);
    void call.reply.code(201);
    return { response_status: sent.responseStatus ?? 'internal error' };
  });
}

/** Sends a logged delivery again: same body, same idempotency key, fresh time and signature. */
export function resend(courier: Courier, hook: HookRow, row: DeliveryRow): Promise<DeliveryRow> {
  const { trigger, requestBody: body, idempotencyKey } = row;
  return courier.send(hook, { trigger, body, idempotencyKey });
}

function samplePayload(api: HookApi, call: Call, projects: readonly ProjectRow[]) {
  const { lab } = api;
  const ids = new Set(projects.map((project) => project.id));
  const trigger = call.part('trigger');
  const issue = lab.state.issues.findLast((row) => ids.has(row.projectId));
  if (trigger === 'note_events') {
    const note = lab.state.notes.findLast(
      (row) => !row.system && ids.has(byId(lab.state.issues, row.issueId).projectId),
    );
    if (note === undefined) throw new Refusal(422, { message: 'Ensure the project has notes.' });
    return noteEvent(lab, note, { action: null, chain: null });
  }
  if (trigger !== 'issues_events') throw new Refusal(400, { error: 'trigger does not have a valid value' });
  if (issue === undefined) throw new Refusal(422, { message: 'Ensure the project has issues.' });
  return issueEvent(lab, issue, { actor: call.actor, action: null, changes: {} });
}

/** The test button: a body without `action`, made from the newest note or issue. */
function testRoute(
  api: HookApi,
  base: string,
  at: { ownerOf: OwnerOf; projects: (call: Call) => ProjectRow[] },
): void {
  api.on(`POST ${base}/:hook_id/test/:trigger`, async (call) => {
    const hook = findHook(api, call, at.ownerOf(call));
    const { trigger, payload } = samplePayload(api, call, at.projects(call));
    const sent = await api.courier.send(hook, { trigger, body: JSON.stringify(payload) });
    const status = sent.responseStatus ?? 500;
    if (status >= 400) throw new Refusal(422, { message: sent.error ?? `Hook executed with code ${status}` });
    void call.reply.code(201);
    return { message: '201 Created' };
  });
}

function systemRoutes(api: HookApi): void {
  const ownerOf: OwnerOf = (call) => {
    if (!call.user.admin) throw forbidden();
    return { kind: 'system', ownerId: null };
  };
  crudRoutes(api, '/hooks', ownerOf);
  api.on('POST /hooks/:hook_id', async (call) => {
    const hook = findHook(api, call, ownerOf(call));
    const payload = {
      project_id: 1,
      owner_email: 'example@gitlabhq.com',
      owner_name: 'Someone',
      name: 'Ruby',
      path: 'ruby',
      event_name: 'project_create',
    };
    await api.courier.send(hook, { trigger: 'project_create', body: JSON.stringify(payload) });
    void call.reply.code(201);
    return payload;
  });
}

/** Project hooks (Maintainer), group hooks (Owner) and system hooks (administrator), with their logs, tests and resends. */
export function hookRoutes(api: HookApi): void {
  const { state } = api.lab;
  const project: OwnerOf = (call) => {
    const row = call.project();
    if (projectLevel(state, row, call.user) < ROLE_LEVELS.maintainer) throw forbidden();
    return { kind: 'project', ownerId: row.id };
  };
  const group: OwnerOf = (call) => {
    const row = call.group();
    if (groupLevel(state, row, call.user) < ROLE_LEVELS.owner) throw forbidden();
    return { kind: 'group', ownerId: row.id };
  };
  const below = (call: Call) => state.projects.filter((row) => groupsOf(state, row).includes(call.group()));
  for (const [base, ownerOf] of [
    ['/projects/:id/hooks', project],
    ['/groups/:id/hooks', group],
  ] as const) {
    crudRoutes(api, base, ownerOf);
    logRoutes(api, base, ownerOf);
  }
  testRoute(api, '/projects/:id/hooks', { ownerOf: project, projects: (call) => [call.project()] });
  testRoute(api, '/groups/:id/hooks', { ownerOf: group, projects: below });
  systemRoutes(api);
}
