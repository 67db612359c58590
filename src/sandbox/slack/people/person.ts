import type { Json } from '../block-kit/checks.ts';
import type { Outcome, SigningOptions } from '../delivery.ts';
import { escapeTypedText } from '../escape-typed-text.ts';
import { addMessage, findMessage } from '../messages.ts';
import { issueAddresses } from '../shared-links.ts';
import type { ShownView, SlackChannel, SlackMessage } from '../state.ts';
import { findView, topView } from '../views.ts';
import { showCommandAck, tellFailure } from './command-ack.ts';
import type { Entered } from './form-values.ts';
import { type Answered, Interactions, type Target } from './interactions.ts';
import { asForm, commandForm, globalShortcut, messageAction } from './payloads.ts';
import type { Surroundings } from './surroundings.ts';

export interface CommandOptions extends SigningOptions {
  /** Send the text as it is, without what Slack makes of typed text. */
  raw?: boolean;
}

/** One person in front of Slack: whatever they do reaches the app as Slack would send it. */
export class Person {
  readonly id: string;
  readonly #around: Surroundings;
  readonly #interactions: Interactions;

  constructor(id: string, around: Surroundings) {
    if (!around.workspace.user(id)) throw new Error(`nobody in this workspace has the id ${id}`);
    this.id = id;
    this.#around = around;
    this.#interactions = new Interactions(id, around);
  }

  /** Types a slash command into a channel (id or name) and sees what comes back. */
  async command(channel: string, typed: string, options: CommandOptions = {}): Promise<Outcome> {
    const { workspace, delivery } = this.#around;
    const { raw = false, ...signing } = options;
    const place = this.#channel(channel);
    const [command = '', rest = ''] = splitCommand(typed);
    if (!(workspace.options.commands ?? ['/crm']).includes(command)) {
      tellFailure(workspace, { user: this.id, channel: place.id }, `${command} is not a valid command.`);
      return { status: null, ackMs: 0, body: '', headers: {}, error: 'dispatch_failed' };
    }
    const text = raw ? rest : escapeTypedText(rest, workspace.state, true);
    const { form, responseUrlId } = commandForm({ ...this.#around, user: this.id }, place, { command, text });
    const outcome = await delivery.send({
      kind: 'slash_command',
      user: this.id,
      payload: form,
      body: new URLSearchParams(form).toString(),
      contentType: 'application/x-www-form-urlencoded',
      signing,
    });
    showCommandAck(workspace, { user: this.id, channel: place.id, command, responseUrlId }, outcome);
    return outcome;
  }

  /** Says something in a channel; the app hears of it as far as it subscribed. */
  async post(
    channel: string,
    typed: string,
    options: { threadTs?: string } = {},
  ): Promise<{ message: SlackMessage; outcomes: Outcome[] }> {
    const { workspace, events } = this.#around;
    const message = addMessage(workspace, {
      channel: this.#channel(channel).id,
      author: this.id,
      text: escapeTypedText(typed, workspace.state, false),
      via: 'person',
      threadTs: options.threadTs,
      clientMsgId: crypto.randomUUID(),
    });
    const outcomes = await events.afterMessage(message, issueAddresses(workspace, message.text));
    return { message, outcomes };
  }

  /** Presses a button (after its confirmation, if it has one). `value` tells apart buttons of one action_id. */
  click(target: Target, actionId: string, options: { value?: string } = {}): Promise<Answered> {
    return this.#interactions.click(this.#fresh(target), actionId, options.value);
  }

  /** Chooses in a menu, a picker, boxes or an overflow: by value, label, id or date. */
  select(target: Target, actionId: string, entered: Entered): Promise<Answered> {
    return this.#interactions.select(this.#fresh(target), actionId, entered);
  }

  /** Enters values (by action_id or block_id) into an open view without sending it. */
  fill(view: ShownView, values: Record<string, Entered>): ShownView {
    return this.#interactions.fill(this.#freshView(view), values);
  }

  /** Fills a view and sends it. `unchecked` skips what Slack's own screen would refuse. */
  submit(
    view: ShownView,
    values: Record<string, Entered> = {},
    options: { unchecked?: boolean } & SigningOptions = {},
  ): Promise<Answered> {
    return this.#interactions.submit(this.#freshView(view), values, options);
  }

  /** Closes a view (all of the stack with `all`); the app is told if it asked to be. */
  closeView(view: ShownView, options: { all?: boolean } = {}): Promise<Answered[]> {
    return this.#interactions.close(this.#freshView(view), options.all ?? false);
  }

  /** Types into a menu whose options the app loads; null when too little was typed for Slack to ask. */
  typeahead(actionId: string, value: string, target?: Target): Promise<Json[] | null> {
    return this.#interactions.typeahead(actionId, value, target ? this.#fresh(target) : undefined);
  }

  openHome(): Promise<Outcome | null> {
    return this.#around.events.homeOpened(this.id);
  }

  /** Runs a global shortcut. */
  shortcut(callbackId: string): Promise<Outcome> {
    const payload = globalShortcut({ ...this.#around, user: this.id }, callbackId);
    return this.#around.delivery.send(asForm(this.id, payload));
  }

  /** Runs a shortcut on a message. */
  async messageShortcut(callbackId: string, message: SlackMessage): Promise<Outcome> {
    const { workspace, delivery } = this.#around;
    const payload = messageAction({ ...this.#around, user: this.id }, callbackId, message);
    const outcome = await delivery.send(asForm(this.id, payload));
    if (outcome.error) {
      tellFailure(
        workspace,
        { user: this.id, channel: message.channel },
        `${callbackId} failed with the error "${outcome.error}"`,
      );
    }
    return outcome;
  }

  /** The modal this person has before them. */
  view(): ShownView | undefined {
    return topView(this.#around.workspace, this.id);
  }

  /** Their home of the app. */
  home(): ShownView | undefined {
    return this.#around.workspace.state.homes[this.id];
  }

  #channel(named: string): SlackChannel {
    const { workspace } = this.#around;
    const channel =
      named === workspace.options.bot.userId
        ? workspace.directChannel(this.id)
        : workspace.state.channels.find((entry) => entry.id === named || entry.name === named);
    if (!channel) throw new Error(`there is no channel ${named}`);
    if (!channel.members.includes(this.id)) throw new Error(`${this.id} is not in ${named}`);
    return channel;
  }

  /** Views and messages change while tests hold them; people act on what is on the screen now. */
  #fresh(target: Target): Target {
    if ('hash' in target) return this.#freshView(target);
    const message = findMessage(this.#around.workspace, target.channel, target.ts);
    if (!message || message.deleted) throw new Error(`the message ${target.ts} is not there any more`);
    if (message.user !== null && message.user !== this.id)
      throw new Error(`${this.id} cannot see ${target.ts}`);
    return message;
  }

  #freshView(view: ShownView): ShownView {
    const now = findView(this.#around.workspace, view.id);
    if (!now || now.user !== this.id) throw new Error(`${this.id} does not have the view ${view.id} open`);
    return now;
  }
}

function splitCommand(typed: string): [string, string] {
  const match = /^(\/\S+)(?:\s([\s\S]*))?$/.exec(typed.trimStart());
  return match ? [match[1] ?? '', match[2] ?? ''] : [typed, ''];
}
