import type { Json } from '../block-kit/checks.ts';
import type { SlackUser } from '../state.ts';
import type { Workspace } from '../workspace.ts';
import { ApiError } from './api-error.ts';
import { neededArg, pageOf } from './args.ts';
import type { ApiMethod } from './method.ts';

/** E-mail addresses are there only for those who may read them. */
function userWire(workspace: Workspace, user: SlackUser): Json {
  const showEmail = workspace.scopes.has('users:read.email') && user.email !== null && !user.isBot;
  return {
    id: user.id,
    team_id: workspace.options.team.id,
    name: user.name,
    deleted: user.deleted,
    real_name: user.realName,
    tz: 'Europe/London',
    tz_label: 'Greenwich Mean Time',
    tz_offset: 0,
    profile: {
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      display_name_normalized: user.name,
      team: workspace.options.team.id,
      ...(showEmail ? { email: user.email } : {}),
    },
    is_admin: false,
    is_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.isBot,
    is_app_user: false,
    updated: 1_700_000_000,
  };
}

const info: ApiMethod = {
  scope: 'users:read',
  run({ workspace }, args) {
    const user = workspace.user(neededArg(args, 'user'));
    if (!user) throw new ApiError('user_not_found');
    return { user: userWire(workspace, user) };
  },
};

const lookupByEmail: ApiMethod = {
  scope: 'users:read.email',
  run({ workspace }, args) {
    const email = neededArg(args, 'email').toLowerCase();
    const user = workspace.state.users.find(
      (entry) => entry.email?.toLowerCase() === email && !entry.isBot && !entry.deleted,
    );
    if (!user) throw new ApiError('users_not_found');
    return { user: userWire(workspace, user) };
  },
};

const list: ApiMethod = {
  scope: 'users:read',
  run({ workspace }, args) {
    const { page, next } = pageOf(workspace.state.users, args, 200);
    return {
      members: page.map((user) => userWire(workspace, user)),
      cache_ts: Math.floor(workspace.now() / 1000),
      response_metadata: { next_cursor: next },
    };
  },
};

export const userMethods: Record<string, ApiMethod> = {
  'users.info': info,
  'users.lookupByEmail': lookupByEmail,
  'users.list': list,
};
