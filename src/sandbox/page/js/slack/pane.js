import { get, post } from '../api.js';
import { append, fill, fillWhen, h } from '../dom.js';
import { attempt } from '../notify.js';
import { change, on, store } from '../store.js';
import { tick } from '../tour.js';
import { Composer } from './composer.js';
import { appTabs, Home } from './home.js';
import { Modals } from './modal.js';
import { drawTimeline, staysAtEnd } from './timeline.js';

/** How long after one said something the end of the channel is kept in sight. */
const ANSWER_MS = 4000;

function slackId() {
  return store.world.slack.users.find((user) => user.gitlabUsername === store.username)?.id;
}

/** Names one's own conversation with Tieline where a channel is asked for. */
const bot = () => store.world.slack.botUserId;

/** One has a single conversation that is no channel. */
const isIn = (channel, id) => (channel === bot() ? id.startsWith('D') : id === channel);

/** The Slack side: channels, what was said in one of them, and the composer. */
export class SlackPane {
  #side = h('nav', { class: 'side', 'aria-label': 'Channels' });
  #title = h('h2');
  #topic = h('p');
  #list = h('ol', { class: 'timeline', 'aria-label': 'Messages' });
  #scroller = h('div', { class: 'scroller', tabIndex: 0, role: 'log', 'aria-label': 'Messages' });
  #composer;
  #room;
  #home = new Home(this.#deeds());
  #modals = new Modals(this.#deeds());
  #asked = 0;
  #saidAt = 0;

  constructor(root) {
    const foot = h('div', { class: 'foot' });
    const head = h('header', {}, this.#title, this.#topic);
    append(this.#scroller, [welcome(), this.#list]);
    staysAtEnd(this.#scroller);
    this.#room = h('div', { class: 'room' }, head, this.#scroller, foot);
    append(root, [this.#side, this.#room, this.#home.element]);
    this.#composer = new Composer(foot, {
      say: (text, threadTs) => this.#say(text, threadTs),
      run: (id) => this.#shortcut(id),
    });
    on(['world'], () => this.#draw());
    on(['person', 'channel'], () => this.#enter());
  }

  /** Puts a text into the composer. */
  type(text) {
    this.#composer.type(text);
  }

  /** Only the latest question's answer is shown: an earlier one may come in later. */
  async refresh() {
    if (store.world === null) return;
    this.#asked += 1;
    const asked = this.#asked;
    const user = slackId();
    const { channel } = store;
    const found = await attempt(() =>
      Promise.all([
        get('/slack/messages', { channel, user }),
        get('/slack/calls'),
        get('/slack/view', { user }),
      ]),
    );
    if (found === undefined || asked !== this.#asked) return;
    const [messages, calls, { modals, home }] = found;
    this.#modals.show(modals);
    this.#home.show(home);
    drawTimeline(this.#list, {
      messages,
      commands: calls.filter(
        (call) => call.name === 'slash_command' && call.user === user && isIn(channel, call.sent.channel_id),
      ),
      reply: ({ ts, thread_ts: root, text }) => this.#composer.answer({ ts: root ?? ts, text }),
      press: (message, element) => this.#press(message, element),
      run: (message, callbackId) => this.#shortcut(callbackId, message),
      toEnd: Date.now() - this.#saidAt < ANSWER_MS,
    });
  }

  async #enter() {
    this.#list.replaceChildren();
    this.#modals.show([]);
    this.#composer.answer(null);
    if (store.home) await this.#deed('home', {});
    await this.#draw();
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #draw() {
    const { channels } = store.world.slack;
    const channel = channels.find((entry) => entry.id === store.channel) ?? channels[0];
    const direct = store.channel === bot();
    if (!direct) store.channel = channel.id;
    fillWhen(this.#side, [channels, store.channel, store.home], sidebar);
    this.#room.hidden = store.home;
    this.#home.element.hidden = !store.home;
    if (direct) fill(this.#title, appTabs('Messages'));
    else fill(this.#title, h('span', { 'aria-hidden': 'true' }, '# '), channel.name);
    fill(this.#topic, direct ? 'What Tieline tells you alone' : channel.topic);
    this.#composer.label(direct ? 'Message Tieline, or /crm …' : `Message #${channel.name}, or /crm …`);
    return this.refresh();
  }

  /** `threadTs` is what it answers; slash commands do not work in threads, on Slack neither. */
  #say(text, threadTs) {
    tick(text);
    this.#saidAt = Date.now();
    const command = text.trimStart().startsWith('/') && !threadTs;
    const said = { user: slackId(), channel: store.channel, text };
    if (command) return attempt(() => post('/slack/command', said));
    return attempt(() => post('/slack/message', threadTs ? { ...said, threadTs } : said));
  }

  #deed(name, body) {
    return attempt(() => post(`/slack/view/${name}`, { user: slackId(), ...body }));
  }

  /** What can be done in a modal or a home. */
  #deeds() {
    return {
      press: ({ id }, { action_id: actionId, value }) =>
        this.#deed('press', { viewId: id, actionId, ...(value === undefined ? {} : { value }) }),
      select: ({ id }, { action_id: actionId }, entered) =>
        this.#deed('select', { viewId: id, actionId, entered }),
      submit: ({ id }, values) => this.#deed('submit', { viewId: id, values }),
      close: ({ id }) => this.#deed('close', { viewId: id }),
      find: async ({ id }, actionId, text) =>
        (await this.#deed('options', { viewId: id, actionId, text }))?.options,
    };
  }

  #shortcut(callbackId, message) {
    return this.#deed('shortcut', { callbackId, ...(message ? { messageTs: message.ts } : {}) });
  }

  #press(message, { action_id: actionId, value }) {
    const pressed = { user: slackId(), messageTs: message.ts, actionId };
    return attempt(() => post('/slack/click', value === undefined ? pressed : { ...pressed, value }));
  }
}

function channelButton({ id, name, topic }) {
  return h(
    'li',
    {},
    h(
      'button',
      {
        type: 'button',
        class: 'channel',
        title: topic,
        'aria-current': id === store.channel && !store.home ? 'page' : undefined,
        on: { click: () => change('channel', { channel: id, home: false }) },
      },
      h('span', { class: 'hash', 'aria-hidden': 'true' }, '#'),
      name,
    ),
  );
}

function sidebar() {
  const { teamName, channels } = store.world.slack;
  return [
    h('div', { class: 'workspace' }, h('strong', {}, teamName), h('small', {}, 'Slack')),
    h('h2', {}, 'Channels'),
    h('ul', {}, channels.map(channelButton)),
    h('h2', {}, 'Apps'),
    h('ul', {}, h('li', {}, appButton())),
  ];
}

function appButton() {
  return h(
    'button',
    {
      type: 'button',
      class: 'channel app',
      'aria-current': store.home || store.channel === bot() ? 'page' : undefined,
      on: { click: () => change('channel', { home: true }) },
    },
    h('img', { src: '/sandbox/assets/icon.svg', alt: '' }),
    'Tieline',
  );
}

function welcome() {
  return h(
    'div',
    { class: 'welcome' },
    h('h3', {}, 'Customers, where you already talk'),
    h(
      'p',
      {},
      'Look a contact up with ',
      h('code', {}, '/crm find'),
      ', create one, and link it to the issue on the right. Everything here is real Tieline; only Slack and GitLab are make-believe.',
    ),
  );
}
