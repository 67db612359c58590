import { h } from '../dom.js';
import { emojiFor } from '../emoji.js';
import { slackDate } from '../when.js';
import { anchor, channelMention, userMention } from './mentions.js';

/** As much as Slack itself shows of one message. */
const MAX_LENGTH = 12_000;

/**
 * Slack's mrkdwn as nodes: `*bold*`, `_italic_`, `~strike~`, code, quotes, `<links|label>`, mentions and emoji.
 * `&amp;`, `&lt;` and `&gt;` are the only entities.
 */
export function mrkdwn(text) {
  const parts = String(text)
    .slice(0, MAX_LENGTH)
    .split(/```([\s\S]*?)```/);
  return parts.flatMap((part, index) =>
    index % 2 === 1 ? h('pre', {}, decode(part.replace(/^\n|\n$/g, ''))) : paragraphs(part),
  );
}

/** Plain text: newlines and emoji only. */
export function plain(text) {
  return String(text)
    .split('\n')
    .flatMap((line, index) => (index === 0 ? [line] : [h('br'), line]));
}

function decode(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function paragraphs(text) {
  const nodes = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length > 0) nodes.push(h('blockquote', {}, lines(quote)));
    quote = [];
  };
  let plainLines = [];
  const endPlain = () => {
    if (plainLines.length > 0) nodes.push(...lines(plainLines));
    plainLines = [];
  };
  for (const line of text.split('\n')) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      endPlain();
      quote.push(quoted[1]);
    } else {
      endQuote();
      plainLines.push(line);
    }
  }
  endQuote();
  endPlain();
  return nodes;
}

function lines(all) {
  return all.flatMap((line, index) => (index === 0 ? inline(line) : [h('br'), ...inline(line)]));
}

const TOKEN =
  /`([^`\n]+)`|<([^<>]+)>|(?<![\p{L}\p{N}*])\*(\S(?:[^*\n]{0,1000}\S)?)\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(\S(?:[^_\n]{0,1000}\S)?)_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}~])~(\S(?:[^~\n]{0,1000}\S)?)~(?![\p{L}\p{N}~])|:([a-z0-9_+-]+):/gu;

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    nodes.push(decode(text.slice(from, match.index)), token(match));
    from = match.index + match[0].length;
  }
  nodes.push(decode(text.slice(from)));
  return nodes.filter((node) => node !== '');
}

function token([whole, code, angle, bold, italic, strike, emoji]) {
  if (code !== undefined) return h('code', {}, decode(code));
  if (angle !== undefined) return reference(angle);
  if (bold !== undefined) return h('strong', {}, inline(bold));
  if (italic !== undefined) return h('em', {}, inline(italic));
  if (strike !== undefined) return h('s', {}, inline(strike));
  return emojiFor(emoji) ?? whole;
}

function reference(inside) {
  const [target, label] = inside.split('|');
  if (target.startsWith('@')) return userMention(target.slice(1));
  if (target.startsWith('#')) return channelMention(target.slice(1), label);
  const [command, seconds, format] = target.split('^');
  if (command === '!date') return slackDate(Number(seconds), format);
  if (target.startsWith('!'))
    return h('span', { class: 'mention' }, `@${label || target.slice(1).split('^')[0]}`);
  return anchor(decode(target), decode(label ?? target.replace(/^mailto:/, '')));
}
