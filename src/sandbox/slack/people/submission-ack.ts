import { isObject, type Json } from '../block-kit/checks.ts';
import type { Outcome } from '../delivery.ts';
import type { ShownView } from '../state.ts';
import {
  clearViews,
  dropView,
  findView,
  MAX_VIEW_STACK,
  makeView,
  pushView,
  replaceView,
  stackOf,
} from '../views.ts';
import type { Workspace } from '../workspace.ts';
import { placedElements } from './form-values.ts';

const TROUBLE = 'We had some trouble connecting. Try again?';

/**
 * Does what the answer to a submission says: closes the view, or updates, pushes, clears, or shows errors.
 * Gives back the errors shown, by block_id.
 */
export function showSubmissionAck(
  workspace: Workspace,
  submitted: ShownView,
  outcome: Outcome,
): Record<string, string> {
  const view = findView(workspace, submitted.id) ?? submitted;
  if (outcome.error) return fail(workspace, view);
  const body = outcome.body;
  if (body === '' || (isObject(body) && Object.keys(body).length === 0)) {
    dropView(workspace, view);
    return {};
  }
  if (!isObject(body)) return fail(workspace, view);
  const next = isObject(body['view']) ? body['view'] : undefined;
  switch (body['response_action']) {
    case 'clear':
      clearViews(workspace, view.user);
      return {};
    case 'errors':
      return showErrors(workspace, view, body['errors']);
    case 'update':
      return showNext(workspace, view, next, 'update');
    case 'push':
      return showNext(workspace, view, next, 'push');
    default:
      return fail(workspace, view);
  }
}

function fail(workspace: Workspace, view: ShownView): Record<string, string> {
  if (findView(workspace, view.id)) replaceView(workspace, { ...view, failure: TROUBLE });
  return {};
}

function showNext(
  workspace: Workspace,
  view: ShownView,
  next: Json | undefined,
  how: 'update' | 'push',
): Record<string, string> {
  const full = how === 'push' && stackOf(workspace, view.user).length >= MAX_VIEW_STACK;
  if (!next || full || workspace.inspect('view_ack', 'modal', next).length > 0) return fail(workspace, view);
  if (how === 'push') pushView(workspace, view.user, next);
  else replaceView(workspace, makeView(workspace, view.user, next, view));
  return {};
}

/** Slack shows errors at input blocks only; one for any other block is a mistake of the app's. */
function showErrors(workspace: Workspace, view: ShownView, errors: unknown): Record<string, string> {
  const inputs = new Set(
    placedElements(view.blocks)
      .filter((placed) => placed.block['type'] === 'input')
      .map((placed) => placed.blockId),
  );
  const given = isObject(errors) ? errors : {};
  const found = Object.entries(given).flatMap(([blockId, message]) => {
    const path = `/errors/${blockId}`;
    if (!inputs.has(blockId))
      return [
        { path, rule: 'unknown_block', message: 'must name an input block of the view', refused: true },
      ];
    return typeof message === 'string' && message !== ''
      ? []
      : [{ path, rule: 'type', message: 'must be a text', refused: true }];
  });
  if (Object.keys(given).length === 0)
    found.push({ path: '/errors', rule: 'required', message: 'must hold an error', refused: true });
  if (workspace.record('view_ack', 'modal', given, found).length > 0) return fail(workspace, view);
  const shown = Object.fromEntries(Object.entries(given).map(([id, message]) => [id, String(message)]));
  replaceView(workspace, { ...view, errors: shown });
  return shown;
}
