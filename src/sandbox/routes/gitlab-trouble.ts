import type { FastifyInstance } from 'fastify';
import { groupPath, projectPath } from '../gitlab/paths.ts';
import type { FakeGitLab } from '../gitlab/server.ts';
import type { HookRow } from '../gitlab/state.ts';
import type { RouteContext } from './context.ts';
import { BadInput, Fields } from './input.ts';

const API = /\/api\/v4\//;
const MAX_TIMES = 1_000;
const MAX_SECONDS = 60;
/** What GitLab, or something before it, answers in place of the real answer. */
const BROKEN = [429, 500, 502, 503] as const;

function upTo(fields: Fields, name: string, most: number): number {
  if (fields.optional(name) === undefined) return 0;
  const number = fields.number(name);
  if (number > most) throw new BadInput(`${name} may be ${most} at most.`);
  return number;
}

/** Lost deliveries, slow answers and broken ones, in place of what was asked for before; none of them ends all trouble. */
function makeTrouble({ gitlab }: RouteContext, fields: Fields) {
  const lost = upTo(fields, 'lost', MAX_TIMES);
  const slow = upTo(fields, 'slow', MAX_TIMES);
  const seconds = upTo(fields, 'seconds', MAX_SECONDS) || 5;
  const broken = upTo(fields, 'broken', MAX_TIMES);
  const status = fields.optional('status') === undefined ? 502 : fields.number('status');
  if (!BROKEN.some((known) => known === status)) {
    throw new BadInput(`GitLab breaks with one of ${BROKEN.join(', ')}.`);
  }
  const { faults } = gitlab;
  faults.clear();
  if (lost > 0) faults.dropDeliveries(lost);
  if (slow > 0) faults.slow({ path: API, ms: seconds * 1_000, times: slow });
  if (broken > 0 && status === 429) faults.rateLimit({ path: API, retryAfterSec: 2, times: broken });
  else if (broken > 0) faults.respond({ path: API, status, times: broken, body: '<html>Broken</html>' });
  return { lost, slow, seconds, broken, status };
}

function placeOf(gitlab: FakeGitLab, { kind, ownerId }: Pick<HookRow, 'kind' | 'ownerId'>): string {
  const state = gitlab.state();
  const group = state.groups.find(({ id }) => kind === 'group' && id === ownerId);
  const project = state.projects.find(({ id }) => kind === 'project' && id === ownerId);
  if (group) return `group ${groupPath(state, group)}`;
  return project ? `project ${projectPath(state, project)}` : 'the whole instance';
}

/** Every webhook with its standing: `executable`, `temporarily_disabled` or `disabled`. */
function hooks({ gitlab }: RouteContext) {
  const standing = new Map(gitlab.hookStatus().map((hook) => [hook.id, hook]));
  return gitlab.state().hooks.map((hook) => ({
    id: hook.id,
    place: placeOf(gitlab, hook),
    status: standing.get(hook.id)?.status ?? 'executable',
    failures: hook.failures,
    disabledUntil: hook.disabledUntil,
  }));
}

/** `/sandbox/api/gitlab/*`, what goes wrong and what became of the webhooks. */
export function addGitLabTrouble(app: FastifyInstance, context: RouteContext): void {
  app.post('/sandbox/api/gitlab/trouble', async (request) => makeTrouble(context, new Fields(request.body)));
  app.get('/sandbox/api/gitlab/hooks', async () => hooks(context));
  app.post('/sandbox/api/gitlab/resend', async (request) => {
    const { responseStatus, error } = await context.gitlab.resend(
      new Fields(request.body).number('delivery'),
    );
    return { responseStatus, error };
  });
}
