import { isObject, type Json } from '../block-kit/checks.ts';
import { validateOptions } from '../block-kit/validate-options.ts';
import type { Outcome, SigningOptions } from '../delivery.ts';
import type { ShownView, SlackMessage } from '../state.ts';
import { clearViews, dropView, findView, replaceView, stackOf, topView } from '../views.ts';
import { tellFailure } from './command-ack.ts';
import {
  carriedState,
  clientErrors,
  type Entered,
  enteredState,
  ownOptions,
  type Placed,
  placedElements,
  placedOn,
} from './form-values.ts';
import {
  asForm,
  blockActions,
  blockSuggestion,
  messagePart,
  type PayloadContext,
  viewClosed,
  viewPart,
  viewSubmission,
} from './payloads.ts';
import { showSubmissionAck } from './submission-ack.ts';
import type { Surroundings } from './surroundings.ts';

/** What can be acted on. */
export type Target = SlackMessage | ShownView;

/** How an interaction went; `errors` are those that a form shows, whether Slack's own or the app's. */
export interface Answered extends Outcome {
  errors: Record<string, string>;
}

const NOT_SENT: Outcome = { status: null, ackMs: 0, body: '', headers: {}, error: null };
const CONNECTION_TROUBLE = 'We had some trouble connecting. Try again?';

/** Clicks, choices, forms and type-ahead of one person. */
export class Interactions {
  readonly #user: string;
  readonly #around: Surroundings;

  constructor(user: string, around: Surroundings) {
    this.#user = user;
    this.#around = around;
  }

  click(target: Target, actionId: string, value?: string): Promise<Answered> {
    const placed = find(target, actionId, value);
    const { element, blockId, type } = placed;
    const action = {
      type,
      action_id: actionId,
      block_id: blockId,
      ...pick(element, ['text', 'value', 'url', 'style']),
    };
    return this.#act(target, { action, state: stateOf(target) });
  }

  select(target: Target, actionId: string, entered: Entered): Promise<Answered> {
    const placed = find(target, actionId);
    const chosen = enteredState(placed, entered, this.#offered(placed));
    const action = { ...chosen, action_id: actionId, block_id: placed.blockId };
    const now = 'hash' in target ? this.fill(target, { [actionId]: entered }) : target;
    // Slack keeps what is chosen in an input block to itself until the form is sent.
    if (placed.block['type'] === 'input' && placed.block['dispatch_action'] !== true)
      return Promise.resolve({ ...NOT_SENT, errors: {} });
    const state = stateOf(now);
    if (placed.type !== 'overflow') state[placed.blockId] = { ...state[placed.blockId], [actionId]: chosen };
    return this.#act(now, { action, state });
  }

  fill(view: ShownView, values: Record<string, Entered>): ShownView {
    const state = structuredClone(view.state.values);
    for (const [name, entered] of Object.entries(values)) {
      const placed = placedElements(view.blocks).find(
        (entry) => entry.actionId === name || entry.blockId === name,
      );
      if (!placed) throw new Error(`the view ${view.callback_id} has no field ${name}`);
      if (placed.type === 'overflow' || placed.type === 'button') continue;
      const chosen = enteredState(placed, entered, this.#offered(placed));
      state[placed.blockId] = { ...state[placed.blockId], [placed.actionId]: chosen };
    }
    return replaceView(this.#around.workspace, { ...view, state: { values: state } });
  }

  async submit(
    view: ShownView,
    values: Record<string, Entered>,
    options: { unchecked?: boolean } & SigningOptions,
  ): Promise<Answered> {
    const { workspace, delivery } = this.#around;
    const { unchecked = false, ...signing } = options;
    const filled = replaceView(workspace, { ...this.fill(view, values), errors: {}, failure: null });
    const own = unchecked ? {} : clientErrors(filled.blocks, filled.state.values);
    if (Object.keys(own).length > 0) {
      replaceView(workspace, { ...filled, errors: own });
      return { ...NOT_SENT, errors: own };
    }
    const outcome = await delivery.send(asForm(this.#user, viewSubmission(this.#context, filled), signing));
    return { ...outcome, errors: showSubmissionAck(workspace, filled, outcome) };
  }

  async close(view: ShownView, all: boolean): Promise<Answered[]> {
    const { workspace, delivery } = this.#around;
    const stack = stackOf(workspace, this.#user);
    const clears = all || view.clear_on_close;
    const gone = clears ? stack : stack.slice(stack.findIndex((entry) => entry.id === view.id));
    if (clears) clearViews(workspace, this.#user);
    else dropView(workspace, view);
    const told = gone.filter((entry) => entry.notify_on_close).reverse();
    const outcomes = told.map((entry) =>
      delivery.send(asForm(this.#user, viewClosed(this.#context, entry, clears))),
    );
    return (await Promise.all(outcomes)).map((outcome) => ({ ...outcome, errors: {} }));
  }

  async typeahead(actionId: string, value: string, target?: Target): Promise<Json[] | null> {
    const { workspace, delivery, loaded } = this.#around;
    const where = target ?? this.#holder(actionId);
    const placed = find(where, actionId);
    if (value.length < Number(placed.element['min_query_length'] ?? 3)) return null;
    const source = 'hash' in where ? viewPart(where) : messagePart(this.#context, where);
    const query = { actionId, blockId: placed.blockId, value };
    const outcome = await delivery.send(asForm(this.#user, blockSuggestion(this.#context, source, query)));
    const body = outcome.error === null && isObject(outcome.body) ? outcome.body : {};
    const refused = workspace.record('options_ack', 'modal', outcome.body, validateOptions(body));
    const options = refused.length > 0 ? [] : ownOptions({ ...body, option_groups: body['option_groups'] });
    loaded.set(`${this.#user} ${actionId}`, options);
    return options;
  }

  get #context(): PayloadContext {
    return { ...this.#around, user: this.#user };
  }

  async #act(target: Target, action: { action: Json; state: Json }): Promise<Answered> {
    const { workspace, delivery } = this.#around;
    const blockId = String(action.action['block_id']);
    const source = 'hash' in target ? viewPart(target) : messagePart(this.#context, target, blockId);
    const payload = blockActions(this.#context, source, action);
    const outcome = await delivery.send(asForm(this.#user, payload));
    if (outcome.error) {
      if ('hash' in target) {
        const now = findView(workspace, target.id);
        if (now) replaceView(workspace, { ...now, failure: CONNECTION_TROUBLE });
      } else {
        const where = { user: this.#user, channel: target.channel };
        tellFailure(
          workspace,
          where,
          `${String(action.action['action_id'])} failed with the error "${outcome.error}"`,
        );
      }
    }
    return { ...outcome, errors: {} };
  }

  #offered(placed: Placed): Json[] {
    const initial = [placed.element['initial_option'], placed.element['initial_options']].flat();
    const loaded = this.#around.loaded.get(`${this.#user} ${placed.actionId}`) ?? [];
    return [...ownOptions(placed.element), ...loaded, ...initial.filter(isObject)];
  }

  /** Where the element is when nobody says: the top view, else their home, else the latest message with it. */
  #holder(actionId: string): Target {
    const { workspace } = this.#around;
    const has = (holder: Target | undefined): holder is Target =>
      holder !== undefined && placedElements(holder.blocks).some((entry) => entry.actionId === actionId);
    const top = topView(workspace, this.#user);
    if (has(top)) return top;
    const home = workspace.state.homes[this.#user];
    if (has(home)) return home;
    const message = workspace.state.messages.findLast(
      (entry) => !entry.deleted && (entry.user ?? this.#user) === this.#user && has(entry),
    );
    if (message) return message;
    throw new Error(`${this.#user} sees nothing with the action ${actionId}`);
  }
}

function find(target: Target, actionId: string, value?: string): Placed {
  const all = placedOn(target);
  const placed = all.find(
    (entry) => entry.actionId === actionId && (value === undefined || entry.element['value'] === value),
  );
  if (placed) return placed;
  const there = all.map((entry) => entry.actionId).join(', ');
  throw new Error(
    `there is no ${actionId}${value ? ` with ${value}` : ''} here; there is: ${there || 'nothing'}`,
  );
}

function stateOf(target: Target): Record<string, Json> {
  return 'hash' in target ? structuredClone(target.state.values) : carriedState(target.blocks);
}

function pick(from: Json, names: string[]): Json {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  );
}
