import { h } from '../dom.js';
import { change, issueBehind, store } from '../store.js';

/** A mention of somebody by Slack id. */
export function userMention(id) {
  const user = store.world.slack.users.find((entry) => entry.id === id);
  return h('span', { class: 'mention' }, `@${user?.realName ?? id}`);
}

/** A mention of a channel by id. */
export function channelMention(id, label) {
  const channel = store.world.slack.channels.find((entry) => entry.id === id);
  return h('span', { class: 'mention' }, `#${channel?.name ?? label ?? id}`);
}

/**
 * A link, when it leads to the web or to a mailbox; else only its label. One to an issue of this GitLab opens the
 * issue on the other side of the page.
 */
export function anchor(href, label, ...children) {
  if (!/^(?:https?:\/\/|mailto:)/i.test(href) || !URL.canParse(href)) return h('span', {}, label, children);
  const issue = issueBehind(href);
  const open = (event) => {
    if (issue === null || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    change('issue', { issue });
  };
  return h('a', { href, target: '_blank', rel: 'noopener noreferrer', on: { click: open } }, label, children);
}
