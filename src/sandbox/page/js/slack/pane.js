import { get, post } from '../api.js';
import { append, fill, fillWhen, h } from '../dom.js';
import { attempt } from '../notify.js';
import { change, on, store } from '../store.js';
import { tick } from '../tour.js';
import { mountComposer } from './composer.js';
import { drawTimeline } from './timeline.js';

/** How long after one said something the end of the channel is kept in sight. */
const ANSWER_MS = 4000;

function slackId() {
  return store.world.slack.users.find((user) => user.gitlabUsername === store.username)?.id;
}

function channelButton({ id, name, topic }) {
  const active = id === store.channel;
  return h(
    'li',
    {},
    h(
      'button',
      {
        type: 'button',
        class: 'channel',
        title: topic,
        'aria-current': active ? 'page' : undefined,
        on: { click: () => change('channel', { channel: id }) },
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
    h('ul', {}, h('li', { class: 'app' }, h('img', { src: '/sandbox/assets/icon.svg', alt: '' }), 'Tieline')),
  ];
}

/** The Slack side: channels, what was said in one of them, and the composer. */
export function mountSlack(root) {
  const side = h('nav', { class: 'side', 'aria-label': 'Channels' });
  const title = h('h2');
  const topic = h('p');
  const list = h('ol', { class: 'timeline', 'aria-label': 'Messages' });
  const scroller = h(
    'div',
    { class: 'scroller', tabIndex: 0, role: 'log', 'aria-label': 'Messages' },
    welcome(),
    list,
  );
  const foot = h('div', { class: 'foot' });
  append(root, [side, h('div', { class: 'room' }, h('header', {}, title, topic), scroller, foot)]);
  let asked = 0;
  let saidAt = 0;

  const press = (message, element) =>
    attempt(() =>
      post('/slack/click', {
        user: slackId(),
        messageTs: message.ts,
        actionId: element.action_id,
        ...(element.value === undefined ? {} : { value: element.value }),
      }),
    );
  const say = (text) => {
    tick(text);
    saidAt = Date.now();
    const path = text.trimStart().startsWith('/') ? '/slack/command' : '/slack/message';
    return attempt(() => post(path, { user: slackId(), channel: store.channel, text }));
  };
  const composer = mountComposer(foot, say);

  /** Only the latest question's answer is shown: an earlier one may come in later. */
  const refresh = async () => {
    if (store.world === null) return;
    asked += 1;
    const mine = asked;
    const user = slackId();
    const { channel } = store;
    const found = await attempt(() =>
      Promise.all([get('/slack/messages', { channel, user }), get('/slack/calls')]),
    );
    if (found === undefined || mine !== asked) return;
    const commands = found[1].filter(
      (call) => call.name === 'slash_command' && call.user === user && call.sent.channel_id === channel,
    );
    const answering = Date.now() - saidAt < ANSWER_MS;
    drawTimeline(list, { messages: found[0], commands, press, toEnd: answering });
  };
  const draw = () => {
    const { channels } = store.world.slack;
    const channel = channels.find((entry) => entry.id === store.channel) ?? channels[0];
    store.channel = channel.id;
    fillWhen(side, [channels, channel.id], sidebar);
    fill(title, h('span', { 'aria-hidden': 'true' }, '# '), channel.name);
    fill(topic, channel.topic);
    composer.label();
    return refresh();
  };
  on(['world'], draw);
  on(['person', 'channel'], async () => {
    list.replaceChildren();
    await draw();
    scroller.scrollTop = scroller.scrollHeight;
  });
  return { refresh, type: composer.type };
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
