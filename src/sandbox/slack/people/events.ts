import type { Json } from '../block-kit/checks.ts';
import type { Delivery, Outcome } from '../delivery.ts';
import type { SlackMessage } from '../state.ts';
import { viewWire } from '../views.ts';
import type { Workspace } from '../workspace.ts';

const RETRY_DELAYS_MS: readonly number[] = [0, 60_000, 300_000];
const SUBSCRIBED: readonly string[] = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'link_shared',
  'message.channels',
  'message.groups',
  'message.im',
  'tokens_revoked',
];

/** The subscription that a message event needs depends on where it was said. */
const MESSAGE_KINDS = { public: 'channel', private: 'group', im: 'im' } as const;

/** Sends event callbacks, again when they fail: at once, after a minute, after five. */
export class Events {
  readonly #workspace: Workspace;
  readonly #delivery: Delivery;

  constructor(workspace: Workspace, delivery: Delivery) {
    this.#workspace = workspace;
    this.#delivery = delivery;
  }

  /** The outcome of the first attempt; null when the app did not subscribe to it. Later attempts run on their own. */
  async send(
    event: Json,
    user: string | null,
    subscription = String(event['type']),
  ): Promise<Outcome | null> {
    const { options, appId } = this.#workspace;
    if (!(options.subscribedEvents ?? SUBSCRIBED).includes(subscription)) return null;
    const payload: Json = {
      token: 'sandbox-verification-token',
      team_id: options.team.id,
      context_team_id: options.team.id,
      context_enterprise_id: null,
      api_app_id: appId,
      event,
      type: 'event_callback',
      event_id: this.#workspace.nextId('Ev'),
      event_time: Math.floor(this.#workspace.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: options.team.id,
          user_id: options.bot.userId,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    };
    const first = await this.#attempt(payload, user, null);
    if (first.error !== null && !noRetry(first)) this.#again(payload, user, { attempt: 0, reason: first });
    return first;
  }

  /** The events that follow from a message said by a person, in Slack's order. */
  async afterMessage(message: SlackMessage, addresses: URL[]): Promise<Outcome[]> {
    const channel = this.#workspace.channel(message.channel);
    const { bot, team } = this.#workspace.options;
    if (!channel?.members.includes(bot.userId)) return [];
    const kind = MESSAGE_KINDS[channel.kind];
    const said = {
      user: message.author,
      ts: message.ts,
      client_msg_id: message.client_msg_id,
      text: message.text,
      team: team.id,
      channel: channel.id,
      event_ts: message.ts,
      ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    };
    const sent = [
      this.send(
        { type: 'message', ...said, channel_type: kind },
        message.author,
        kind === 'im' ? 'message.im' : `message.${kind}s`,
      ),
    ];
    if (message.text.includes(`<@${bot.userId}>`) && kind !== 'im')
      sent.push(this.send({ type: 'app_mention', ...said }, message.author));
    if (addresses.length > 0) sent.push(this.send(linkShared(message, addresses), message.author));
    return (await Promise.all(sent)).filter((outcome) => outcome !== null);
  }

  /** A person opens the app's home or its messages. */
  homeOpened(user: string): Promise<Outcome | null> {
    const home = this.#workspace.state.homes[user];
    return this.send(
      {
        type: 'app_home_opened',
        user,
        channel: this.#workspace.directChannel(user).id,
        event_ts: this.#workspace.nextTs(),
        tab: 'home',
        ...(home ? { view: viewWire(home) } : {}),
      },
      user,
    );
  }

  #attempt(
    payload: Json,
    user: string | null,
    retry: { num: number; reason: string } | null,
  ): Promise<Outcome> {
    return this.#delivery.send({
      kind: String((payload['event'] as Json)['type']),
      user,
      payload,
      body: JSON.stringify(payload),
      contentType: 'application/json',
      ...(retry
        ? {
            extraHeaders: {
              'x-slack-retry-num': String(retry.num),
              'x-slack-retry-reason': retry.reason,
            },
          }
        : {}),
    });
  }

  #again(payload: Json, user: string | null, last: { attempt: number; reason: Outcome }): void {
    const delay = (this.#workspace.options.eventRetryDelaysMs ?? RETRY_DELAYS_MS)[last.attempt];
    if (delay === undefined || this.#delivery.closed.aborted) return;
    const reason = last.reason.error === 'operation_timeout' ? 'http_timeout' : 'http_error';
    const timer = setTimeout(() => {
      if (this.#delivery.closed.aborted) return;
      void this.#attempt(payload, user, { num: last.attempt + 1, reason }).then((outcome) => {
        if (outcome.error !== null && !noRetry(outcome))
          this.#again(payload, user, { attempt: last.attempt + 1, reason: outcome });
      });
    }, delay);
    timer.unref();
    this.#delivery.closed.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }
}

function noRetry(outcome: Outcome): boolean {
  return outcome.headers['x-slack-no-retry'] === '1';
}

function linkShared(message: SlackMessage, addresses: URL[]): Json {
  return {
    type: 'link_shared',
    user: message.author,
    channel: message.channel,
    message_ts: message.ts,
    event_ts: message.ts,
    is_bot_user_member: true,
    unfurl_id: `${message.channel}.${message.ts}`,
    source: 'conversations_history',
    links: addresses.map((url) => ({ url: url.href, domain: url.hostname })),
    ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
  };
}
