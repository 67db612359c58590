import type { PlatformConfig } from '../../config.ts';
import type { ApiGroup } from '../../gitlab/client/responses.ts';
import type { GitLabSetup } from '../../gitlab/client/setup-client.ts';
import { type ExaminedHook, examineHooks } from '../../gitlab/registration/examine-hooks.ts';
import { type NamedPlace, projectsOf, SYSTEM } from '../../gitlab/registration/places.ts';
import { type Registration, registerHooks } from '../../gitlab/registration/register-hooks.ts';
import type { hookProblems, WatchedGroup } from '../../services/hooks/watched-groups.ts';
import { hookAddress, hookSecretsFor, setupClient } from '../gitlab-setup.ts';
import { detailOf } from './check-gitlab.ts';
import { type Finding, failure, good, toldAs, warning } from './finding.ts';

export interface HookCheck {
  readonly gitlab: PlatformConfig['gitlab'];
  readonly publicUrl: string;
  readonly roots: readonly ApiGroup[];
  /** Groups that were registered although they have no webhook of their own. */
  readonly watched: readonly WatchedGroup[];
  /** Projects below them that were refused a webhook when they were new. */
  readonly problems: Awaited<ReturnType<typeof hookProblems>>;
  /** Whether what is wrong is put right. */
  readonly fix: boolean;
}

interface Looking extends HookCheck {
  readonly setup: GitLabSetup;
}

/** The webhooks of each top-level group and each watched one, and those of the whole instance where an administrator's token is set. */
export async function checkHooks(check: HookCheck): Promise<Finding[]> {
  const looking = { ...check, setup: setupClient(check) };
  const findings: Finding[] = [];
  const paths = new Map(check.watched.map(({ id, fullPath }) => [id, fullPath]));
  for (const { id, full_path: path } of check.roots) paths.set(id, path);
  for (const [id, path] of paths) {
    const found = await checkPlace(looking, { place: { kind: 'group', id }, path });
    // Below a top-level group that was looked at, a watched one has nothing new to tell.
    const known = new Set(findings.map(({ what }) => what));
    findings.push(...found.filter(({ what }) => !known.has(what)));
  }
  findings.push(...refused(check, findings));
  if (check.gitlab.adminToken === null) return findings;
  return [
    ...findings,
    ...(check.gitlab.systemHookSecret === null ? [DEAF] : await checkPlace(looking, SYSTEM)),
  ];
}

/** Only a self-managed GitLab has an administrator whose token can be set. */
const DEAF = warning(
  'gitlab.webhook',
  'the whole instance: GITLAB_SYSTEM_HOOK_SECRET is not set, so new, renamed and transferred projects are heard of by the next comment or sweep',
  'set it (make one with: openssl rand -hex 32), then run tieline webhook register --system',
);

/** What was tried by itself and refused, as long as GitLab's own answer does not say otherwise. */
function refused({ problems }: HookCheck, findings: readonly Finding[]): Finding[] {
  const isMended = (path: string) =>
    findings.some(({ status, what }) => status === 'ok' && what.startsWith(`project ${path}: `));
  return problems
    .filter(({ fullPath }) => !isMended(fullPath))
    .map(({ fullPath, problem }) => {
      const what = `project ${fullPath}: it is new and could be given no webhook: ${problem}`;
      const todo = `make the bot a Maintainer there, then run tieline webhook register --project ${fullPath}`;
      return toldAs(failure('gitlab.webhook', what, todo), { path: fullPath });
    });
}

async function checkPlace(looking: Looking, at: NamedPlace): Promise<Finding[]> {
  try {
    const before = await examine(looking, at);
    const tell = (hook: ExaminedHook) => [...found(hook), ...unsigned(looking, hook)];
    const broken = before.filter((hook) => hook.faults.length > 0 || unsigned(looking, hook).length > 0);
    if (!looking.fix || broken.length === 0) return before.flatMap(tell);
    return [...mended(await mend(looking, at)), ...(await examine(looking, at)).flatMap(tell)];
  } catch (error) {
    const todo = 'see that the token has the scope api and its user the right, then run tieline doctor again';
    const { kind } = at.place;
    return [
      toldOf(at.path, kind)(failure('gitlab.webhook', `${nameOf(kind, at.path)}: ${detailOf(error)}`, todo)),
    ];
  }
}

/** A group without a webhook of its own may have them on its projects, as somebody preferred. */
async function examine({ setup, publicUrl }: Looking, at: NamedPlace): Promise<readonly ExaminedHook[]> {
  const url = hookAddress(publicUrl, at.place.kind);
  const { hooks, onProjects } = await examineHooks(setup, at, url);
  const { place } = at;
  if (onProjects || place.kind !== 'group' || hooks.some(({ hookId }) => hookId !== null)) return hooks;
  const below: ExaminedHook[] = [];
  for (const project of await projectsOf(setup, place.id)) {
    below.push(...(await examineHooks(setup, project, url)).hooks);
  }
  return below.some(({ hookId }) => hookId !== null) ? below : hooks;
}

async function mend({ setup, publicUrl, gitlab }: Looking, at: NamedPlace): Promise<Registration> {
  const { kind } = at.place;
  const secrets = hookSecretsFor(gitlab, kind);
  if (secrets === null) throw new Error('its secret is not set');
  return registerHooks({ gitlab: setup, url: hookAddress(publicUrl, kind), secrets }, at);
}

function mended({ places }: Registration): Finding[] {
  return places
    .filter(({ outcome }) => outcome === 'created' || outcome === 'repaired')
    .map(({ kind, path, outcome }) => good('gitlab.webhook', `${nameOf(kind, path)}: just ${outcome}`));
}

/** What is wrong with a group or project is for its own owners. */
const toldOf =
  (path: string, kind: ExaminedHook['kind']) =>
  (finding: Finding): Finding =>
    finding.status === 'ok' || kind === 'system' ? finding : toldAs(finding, { path });

const found = (hook: ExaminedHook): Finding[] => stateOf(hook).map(toldOf(hook.path, hook.kind));

function stateOf({ kind, path, faults, failures }: ExaminedHook): Finding[] {
  const name = nameOf(kind, path);
  const option = kind === 'system' ? '--system' : `--${kind} ${path}`;
  const todo = `run tieline doctor --fix, or tieline webhook register ${option}`;
  const harmless = faults.every((fault) => fault.endsWith('not needed'));
  const state =
    faults.length === 0
      ? good('gitlab.webhook', `${name}: the webhook is in order`)
      : (harmless ? warning : failure)('gitlab.webhook', `${name}: ${faults.join(', ')}`, todo);
  const [last] = failures;
  if (last === undefined) return [state];
  const what = `${name}: ${failures.length} of the newest deliveries failed, the last at ${last.created_at} (${last.response_status})`;
  return [
    state,
    warning('gitlab.webhook', what, `see that GitLab reaches PUBLIC_URL: tieline webhook test ${option}`),
  ];
}

/** One that was registered before there was a key, or by hand. */
function unsigned({ gitlab }: HookCheck, { kind, path, signed }: ExaminedHook): Finding[] {
  if (kind === 'system' || signed !== false || gitlab.signingTokens.length === 0) return [];
  const what = `${nameOf(kind, path)}: its deliveries are not signed, though GITLAB_SIGNING_TOKEN is set`;
  const todo = `run tieline doctor --fix, or tieline webhook register --${kind} ${path}`;
  return [toldAs(warning('gitlab.webhook', what, todo), { path })];
}

const nameOf = (kind: string, path: string): string =>
  kind === 'system' ? 'the whole instance' : `${kind} ${path}`;
