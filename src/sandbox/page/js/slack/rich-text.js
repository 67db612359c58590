import { h } from '../dom.js';
import { emojiFor } from '../emoji.js';
import { slackDate } from '../when.js';
import { anchor, channelMention, userMention } from './mentions.js';
import { plain } from './mrkdwn.js';

const WRAPS = [
  ['code', 'code'],
  ['bold', 'strong'],
  ['italic', 'em'],
  ['strike', 's'],
];

function styled(element, content) {
  let nodes = [content].flat();
  for (const [style, tag] of WRAPS) if (element.style?.[style]) nodes = [h(tag, {}, nodes)];
  return nodes;
}

const PIECES = {
  text: (element) => styled(element, plain(element.text)),
  link: (element) => styled(element, anchor(element.url, element.text ?? element.url)),
  user: (element) => [userMention(element.user_id)],
  channel: (element) => [channelMention(element.channel_id)],
  emoji: (element) => [emojiFor(element.name) ?? `:${element.name}:`],
  broadcast: (element) => [h('span', { class: 'mention' }, `@${element.range}`)],
  usergroup: () => [h('span', { class: 'mention' }, '@group')],
  date: (element) => styled(element, slackDate(element.timestamp, element.format)),
};

const pieces = (elements) => (elements ?? []).flatMap((element) => PIECES[element.type]?.(element) ?? []);

function list(element) {
  const items = element.elements.map((section) => h('li', {}, pieces(section.elements)));
  const props = { class: `rich-list depth-${Math.min(element.indent ?? 0, 4)}` };
  return element.style === 'ordered'
    ? h('ol', { ...props, start: (element.offset ?? 0) + 1 }, items)
    : h('ul', props, items);
}

const PARTS = {
  rich_text_section: (element) => h('div', {}, pieces(element.elements)),
  rich_text_list: list,
  rich_text_quote: (element) => h('blockquote', {}, pieces(element.elements)),
  rich_text_preformatted: (element) => h('pre', {}, pieces(element.elements)),
};

/** A rich_text block. */
export function richText(block) {
  const parts = block.elements.map((element) => PARTS[element.type]?.(element)).filter(Boolean);
  return h('div', { class: 'bk-rich' }, parts);
}
