import type { FastifyInstance } from 'fastify';
import type { PersonControl } from '../gitlab/control.ts';
import type { Switches } from '../gitlab/state.ts';
import { personNamed, type RouteContext } from './context.ts';
import { BadInput, Fields } from './input.ts';

type Deed = (as: PersonControl, fields: Fields) => Promise<unknown>;

const comment: Deed = async (as, fields) => {
  const discussionId = fields.optional('discussionId');
  const note = await as.comment(fields.text('project'), fields.number('iid'), fields.body('body'), {
    internal: fields.flag('internal'),
    ...(discussionId === undefined ? {} : { discussionId }),
  });
  return { note };
};

const createIssue: Deed = (as, fields) =>
  as.createIssue(fields.text('project'), {
    title: fields.text('title'),
    description: fields.optional('description') ?? '',
    confidential: fields.flag('confidential'),
  });

/** What one person can be made to do, by the last part of the path. */
const DEEDS: Readonly<Record<string, Deed>> = {
  comment,
  issue: createIssue,
  close: (as, fields) => as.closeIssue(fields.text('project'), fields.number('iid')),
  reopen: (as, fields) => as.reopenIssue(fields.text('project'), fields.number('iid')),
  confidential: (as, fields) =>
    as.updateIssue(fields.text('project'), fields.number('iid'), {
      confidential: fields.flag('confidential'),
    }),
  move: (as, fields) => as.moveIssue(fields.text('project'), fields.number('iid'), fields.text('toProject')),
  clone: (as, fields) =>
    as.cloneIssue(fields.text('project'), fields.number('iid'), {
      project: fields.text('toProject'),
      withNotes: fields.flag('withNotes'),
    }),
  'transfer-project': async (as, fields) => {
    await as.transferProject(fields.text('project'), fields.text('namespace'));
    return { ok: true };
  },
  'transfer-group': async (as, fields) => {
    await as.transferGroup(fields.text('group'), fields.optional('parent')?.trim() || null);
    return { ok: true };
  },
};

const SWITCHES = ['stripQuickActions', 'autoDisable', 'acceptSigningTokens'] as const;
const MINUTE_MS = 60_000;
const MAX_NOTE_LIMIT = 10_000;

/** Comments that one person may make by API in a minute, as GitLab counts; 0 for as many as they like. */
function noteLimitOf(fields: Fields): Switches['noteLimit'] {
  const most = fields.number('noteLimit');
  if (most > MAX_NOTE_LIMIT) throw new BadInput(`noteLimit may be ${MAX_NOTE_LIMIT} at most.`);
  return most === 0 ? null : { most, perMs: MINUTE_MS };
}

function setSwitches({ gitlab }: RouteContext, fields: Fields) {
  const names = [...SWITCHES, 'noteLimit'];
  const unknown = fields.names().filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new BadInput(`There is no switch ${unknown.join(', ')}. There is: ${names.join(', ')}.`);
  }
  const noteLimit = fields.names().includes('noteLimit') ? noteLimitOf(fields) : undefined;
  for (const name of SWITCHES) {
    if (fields.names().includes(name)) gitlab.switches[name] = fields.flag(name);
  }
  if (noteLimit !== undefined) gitlab.switches.noteLimit = noteLimit;
  return { ...gitlab.switches };
}

/** `/sandbox/api/gitlab/*`, doing something as somebody: what GitLab refuses them is refused here. */
export function addGitLabWrites(app: FastifyInstance, context: RouteContext): void {
  for (const [name, deed] of Object.entries(DEEDS)) {
    app.post(`/sandbox/api/gitlab/${name}`, async (request) => {
      const fields = new Fields(request.body);
      return deed(context.gitlab.as(personNamed(context, fields.text('user')).username), fields);
    });
  }
  app.post('/sandbox/api/gitlab/switches', async (request) => setSwitches(context, new Fields(request.body)));
}
