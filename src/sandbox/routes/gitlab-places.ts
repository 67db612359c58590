import type { FastifyInstance } from 'fastify';
import { personNamed, type RouteContext } from './context.ts';
import { BadInput, Fields } from './input.ts';

/** `group acme/support` or `project acme/app`, as the page's menus have them. */
function placeNamed(fields: Fields): { kind: 'group' | 'project'; path: string } {
  const [kind, path = ''] = fields.text('place').split(' ');
  if ((kind === 'group' || kind === 'project') && path !== '') return { kind, path };
  throw new BadInput('place has to be “group” or “project”, a space, and its path.');
}

async function createProject(context: RouteContext, fields: Fields): Promise<{ path: string }> {
  const path = `${fields.text('group')}/${fields.text('path')}`;
  await context.gitlab.as(personNamed(context, fields.text('user')).username).createProject(path);
  return { path };
}

async function rename({ gitlab }: RouteContext, fields: Fields): Promise<{ path: string }> {
  const { kind, path } = placeNamed(fields);
  const last = fields.text('path');
  await (kind === 'group' ? gitlab.renameGroup(path, last) : gitlab.renameProject(path, last));
  return { path: [...path.split('/').slice(0, -1), last].join('/') };
}

async function remove({ gitlab }: RouteContext, fields: Fields): Promise<{ path: string }> {
  const { kind, path } = placeNamed(fields);
  await (kind === 'group' ? gitlab.removeGroup(path) : gitlab.removeProject(path));
  return { path };
}

function addressIn(fields: Fields, name: string): string | null {
  const address = fields.optional(name)?.trim() ?? '';
  if (address === '') return null;
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) throw new BadInput(`${name} has to be one e-mail address.`);
  return address;
}

async function mail({ gitlab }: RouteContext, fields: Fields): Promise<unknown> {
  const from = addressIn(fields, 'from');
  if (from === null) throw new BadInput('from is missing: say whose mail it is.');
  const copy = addressIn(fields, 'cc');
  return gitlab.receiveMail(fields.text('project'), {
    from,
    cc: copy === null ? [] : [copy],
    subject: fields.text('subject'),
    body: fields.optional('body') ?? '',
  });
}

const DEEDS = { 'new-project': createProject, rename, delete: remove, mail } as const;

/** `/sandbox/api/gitlab/*` of groups, projects and mails: by the administrator, but for a new project, which is by `user`. */
export function addGitLabPlaces(app: FastifyInstance, context: RouteContext): void {
  for (const [name, deed] of Object.entries(DEEDS)) {
    app.post(`/sandbox/api/gitlab/${name}`, async (request) => deed(context, new Fields(request.body)));
  }
}
