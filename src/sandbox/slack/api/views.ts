import { isObject, type Json, type Surface } from '../block-kit/checks.ts';
import type { ShownView } from '../state.ts';
import {
  findView,
  findViewByExternalId,
  MAX_VIEW_STACK,
  makeView,
  openView,
  pushView,
  replaceView,
  stackOf,
  viewWire,
} from '../views.ts';
import type { Workspace } from '../workspace.ts';
import { ApiError, refusePayload } from './api-error.ts';
import { neededArg, textArg } from './args.ts';
import type { ApiMethod } from './method.ts';

/** The view of a call, refused with `invalid_arguments` and the pointers below /view when it breaks a rule. */
function goodView(workspace: Workspace, via: string, args: Json): Json {
  const view = args['view'];
  if (!isObject(view)) {
    throw new ApiError('invalid_arguments', {
      response_metadata: { messages: ['[ERROR] missing required field: view'] },
    });
  }
  const surface: Surface = view['type'] === 'home' ? 'home' : 'modal';
  refusePayload('invalid_arguments', workspace.inspect(via, surface, view), '/view');
  return view;
}

function goodModal(workspace: Workspace, via: string, args: Json, old?: ShownView): Json {
  const view = goodView(workspace, via, args);
  if (view['type'] !== 'modal' && old?.type !== 'home') throw new ApiError('invalid_arguments');
  const external = textArg(view, 'external_id');
  const taken = external === undefined ? undefined : findViewByExternalId(workspace, external);
  if (taken && taken.id !== old?.id) throw new ApiError('duplicate_external_id');
  return view;
}

const open: ApiMethod = {
  scope: null,
  run({ workspace, triggers }, args) {
    const trigger = triggers.check(args['trigger_id']);
    const view = goodModal(workspace, 'views.open', args);
    trigger.use();
    return { view: viewWire(openView(workspace, trigger.user, view)) };
  },
};

const push: ApiMethod = {
  scope: null,
  run({ workspace, triggers }, args) {
    const trigger = triggers.check(args['trigger_id']);
    if (stackOf(workspace, trigger.user).length >= MAX_VIEW_STACK) throw new ApiError('push_limit_reached');
    const view = goodModal(workspace, 'views.push', args);
    trigger.use();
    return { view: viewWire(pushView(workspace, trigger.user, view)) };
  },
};

const update: ApiMethod = {
  scope: null,
  run({ workspace }, args) {
    const [id, external] = [textArg(args, 'view_id'), textArg(args, 'external_id')];
    const old = id === undefined ? findViewByExternalId(workspace, external ?? '') : findView(workspace, id);
    if (!old) throw new ApiError('not_found');
    const view = goodModal(workspace, 'views.update', args, old);
    const hash = textArg(args, 'hash');
    if (hash !== undefined && hash !== old.hash) throw new ApiError('hash_conflict');
    const shown = replaceView(workspace, makeView(workspace, old.user, view, old));
    return { view: viewWire(shown) };
  },
};

const publish: ApiMethod = {
  scope: null,
  run({ workspace }, args) {
    const user = neededArg(args, 'user_id');
    if (!workspace.user(user)) throw new ApiError('invalid_arguments');
    const view = goodView(workspace, 'views.publish', args);
    if (view['type'] !== 'home') throw new ApiError('invalid_arguments');
    const old = workspace.state.homes[user];
    const hash = textArg(args, 'hash');
    if (hash !== undefined && hash !== old?.hash) throw new ApiError('hash_conflict');
    return { view: viewWire(replaceView(workspace, makeView(workspace, user, view, old))) };
  },
};

export const viewMethods: Record<string, ApiMethod> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};
