import { h } from '../dom.js';
import { emojiFor } from '../emoji.js';
import { change, issueBehind, listedIssue, store } from '../store.js';

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** What a line can hold, in the order in which it is looked for; each gives a node from its match, or null. */
const PIECES = [
  [/\\([!-/:-@[-`{-~])/y, ([, sign]) => sign],
  [/\\\n| {2,}\n/y, () => h('br')],
  [
    /(`+)(?!`)([\s\S]{0,2000}?[^`])\1(?!`)/y,
    ([, , code]) => h('code', {}, code.replaceAll('\n', ' ').replace(/^ (.*\S.*) $/, '$1')),
  ],
  [
    /\[contact:([^\]\s]{3,254})\]/y,
    ([, email]) => h('span', { class: 'contact-chip', title: 'A contact' }, email),
  ],
  [
    /\[([^[\]]{0,500})\]\(\s*<?([^\s<>()]+(?:\([^\s<>()]*\))?[^\s<>()]*)>?(?:\s+"[^"]*")?\s*\)/y,
    ([, label, href]) => link(href, inline(label)),
  ],
  [/<(https?:\/\/[^\s<>]+|mailto:[^\s<>]+)>/y, ([, href]) => link(href, href.replace(/^mailto:/, ''))],
  [/<!--[\s\S]{0,2000}?-->/y, () => ''],
  [/&(amp|lt|gt|quot|apos|nbsp);/y, ([, name]) => ENTITIES[name]],
  [/\*\*(\S(?:[\s\S]{0,2000}?\S)?)\*\*/y, ([, text]) => h('strong', {}, inline(text))],
  [/__(\S(?:[\s\S]{0,2000}?\S)?)__(?![\p{L}\p{N}])/uy, ([, text]) => h('strong', {}, inline(text))],
  [/\*(?!\*)(\S(?:[^*]{0,2000}?\S)?)\*/y, ([, text]) => h('em', {}, inline(text))],
  [/_(?!_)(\S(?:[^_]{0,2000}?\S)?)_(?![\p{L}\p{N}])/uy, ([, text]) => h('em', {}, inline(text))],
  [/~~(\S(?:[\s\S]{0,2000}?\S)?)~~/y, ([, text]) => h('s', {}, inline(text))],
  [/:([a-z0-9_+-]+):/y, ([, name]) => emojiFor(name) ?? null],
  [/https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/y, ([href]) => link(href, href)],
  [/@([a-z0-9_][a-z0-9_.-]*[a-z0-9_]|[a-z0-9_])/iy, ([whole, name]) => mention(whole, name)],
  [
    /([a-z0-9_.-]{1,100}(?:\/[a-z0-9_.-]{1,100}){1,8})?#(\d{1,9})\b/iy,
    ([whole, project, iid]) => issueLink(whole, project, Number(iid)),
  ],
];

/** Signs that may begin a piece: everything between them is text. */
const STARTS = /[\\`[<&*_~:@#h]| {2,}\n|(?<![a-z0-9_./-])[a-z0-9_.-]{1,100}(?=\/[a-z0-9_./-]{1,200}#\d)/gi;
const WORD = /[\p{L}\p{N}_]/u;
const NOT_INSIDE_WORDS = new Set(['_', '@', 'h', '#']);

/** The inside of one block as nodes. */
export function inline(text) {
  const nodes = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    STARTS.lastIndex = at;
    const next = STARTS.exec(text)?.index ?? text.length;
    plain += text.slice(at, next);
    at = next;
    if (at >= text.length) break;
    const found = pieceAt(text, at);
    if (found === null) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain !== '') nodes.push(plain);
    plain = '';
    nodes.push(found.node);
    at += found.length;
  }
  if (plain !== '') nodes.push(plain);
  return nodes;
}

function pieceAt(text, at) {
  if (NOT_INSIDE_WORDS.has(text[at]) && WORD.test(text[at - 1] ?? ' ')) return null;
  for (const [pattern, make] of PIECES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const node = match === null ? null : make(match);
    if (node !== null) return { node, length: match[0].length };
  }
  return null;
}

function link(href, label) {
  if (!/^(?:https?:\/\/|mailto:)/i.test(href) || !URL.canParse(href)) return h('span', {}, label);
  const issue = issueBehind(href);
  const open = (event) => {
    if (issue === null || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    change('issue', { issue });
  };
  const props = { href, target: '_blank', rel: 'noopener noreferrer nofollow', on: { click: open } };
  return h('a', props, label);
}

function mention(whole, name) {
  const known = store.world.gitlab.users.some((user) => user.username === name.toLowerCase());
  return known ? h('span', { class: 'gl-mention' }, whole) : whole;
}

function issueLink(whole, project, iid) {
  const issue = { project: project ?? store.issue.project, iid };
  if (listedIssue(issue) === undefined) return whole;
  const open = () => change('issue', { issue });
  return h('button', { type: 'button', class: 'ref-link', on: { click: open } }, whole);
}
