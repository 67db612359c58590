import type { Json } from './block-kit/checks.ts';
import { blockIdMaker, withIds } from './messages.ts';
import { carriedState } from './people/form-values.ts';
import type { ShownView, ViewWire } from './state.ts';
import type { Workspace } from './workspace.ts';

/** Slack shows at most this many modals on top of each other. */
export const MAX_VIEW_STACK = 3;

export function stackOf(workspace: Workspace, user: string): ShownView[] {
  return workspace.state.views[user] ?? [];
}

function setStack(workspace: Workspace, user: string, stack: ShownView[]): void {
  const linked = stack.map((view, index) => ({
    ...view,
    root_view_id: stack[0]?.id ?? view.id,
    previous_view_id: stack[index - 1]?.id ?? null,
  }));
  if (linked.length > 0) workspace.state.views[user] = linked;
  else delete workspace.state.views[user];
  workspace.emit({ kind: 'views', user });
}

/** A view made from what the app sent. `old` keeps its id, and its values where block and action are the same. */
export function makeView(workspace: Workspace, user: string, sent: Json, old?: ShownView): ShownView {
  const blocks = withIds((sent['blocks'] as Json[] | undefined) ?? [], blockIdMaker(workspace));
  const id = old?.id ?? workspace.nextId('V');
  return {
    id,
    team_id: workspace.options.team.id,
    type: sent['type'] === 'home' ? 'home' : 'modal',
    blocks,
    private_metadata: (sent['private_metadata'] as string | undefined) ?? '',
    callback_id: (sent['callback_id'] as string | undefined) ?? '',
    external_id: (sent['external_id'] as string | undefined) ?? '',
    state: { values: carriedState(blocks, old?.state.values) },
    hash: `${Math.floor(workspace.now() / 1000)}.${workspace.nextId('').slice(-8)}`,
    title: (sent['title'] as Json | undefined) ?? null,
    submit: (sent['submit'] as Json | undefined) ?? null,
    close: (sent['close'] as Json | undefined) ?? null,
    clear_on_close: sent['clear_on_close'] === true,
    notify_on_close: sent['notify_on_close'] === true,
    previous_view_id: old?.previous_view_id ?? null,
    root_view_id: old?.root_view_id ?? id,
    app_id: workspace.appId,
    app_installed_team_id: workspace.options.team.id,
    bot_id: workspace.options.bot.botId,
    user,
    errors: {},
    failure: null,
  };
}

/** Shows a modal alone, whatever was open before. */
export function openView(workspace: Workspace, user: string, sent: Json): ShownView {
  setStack(workspace, user, [makeView(workspace, user, sent)]);
  return topView(workspace, user) as ShownView;
}

/** Puts a modal on top of the others. The caller has checked that there is room. */
export function pushView(workspace: Workspace, user: string, sent: Json): ShownView {
  setStack(workspace, user, [...stackOf(workspace, user), makeView(workspace, user, sent)]);
  return topView(workspace, user) as ShownView;
}

/** Puts a changed view in the place of the old one. */
export function replaceView(workspace: Workspace, next: ShownView): ShownView {
  if (next.type === 'home') {
    workspace.state.homes[next.user] = next;
    workspace.emit({ kind: 'home', user: next.user });
    return next;
  }
  const stack = stackOf(workspace, next.user);
  setStack(
    workspace,
    next.user,
    stack.map((view) => (view.id === next.id ? next : view)),
  );
  return findView(workspace, next.id) ?? next;
}

/** Takes one view away, with all above it. */
export function dropView(workspace: Workspace, view: ShownView): void {
  const stack = stackOf(workspace, view.user);
  const place = stack.findIndex((entry) => entry.id === view.id);
  if (place >= 0) setStack(workspace, view.user, stack.slice(0, place));
}

export function clearViews(workspace: Workspace, user: string): void {
  setStack(workspace, user, []);
}

export function topView(workspace: Workspace, user: string): ShownView | undefined {
  return stackOf(workspace, user).at(-1);
}

/** An open modal or a home, by id. */
export function findView(workspace: Workspace, id: string): ShownView | undefined {
  const { views, homes } = workspace.state;
  return [...Object.values(views).flat(), ...Object.values(homes)].find((view) => view.id === id);
}

export function findViewByExternalId(workspace: Workspace, id: string): ShownView | undefined {
  const { views, homes } = workspace.state;
  return [...Object.values(views).flat(), ...Object.values(homes)].find(
    (view) => view.external_id !== '' && view.external_id === id,
  );
}

/** The view without what only the person's own screen knows. */
export function viewWire(view: ShownView): ViewWire {
  const { user: _user, errors: _errors, failure: _failure, ...wire } = view;
  return wire;
}
