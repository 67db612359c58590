import type { TokenContent } from './token.ts';

/** Undoes Slack's three entities, once: `&amp;lt;` is the text `&lt;`. */
function decodeEntities(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name) => (name === 'amp' ? '&' : name === 'lt' ? '<' : '>'));
}

/** An atom: a `<…>` that Slack wrote, and where it ends. */
export interface Atom {
  readonly content: TokenContent;
  readonly end: number;
}

/**
 * Reads the `<…>` at `start`, or null when it is none of Slack's. The label after `|` is never trusted: anybody can
 * write any label, so the id or address before it counts.
 */
export function readAtom(text: string, start: number): Atom | null {
  const end = text.indexOf('>', start + 1);
  if (end === -1) return null;
  const inside = text.slice(start + 1, end);
  if (inside.includes('<') || inside.includes('\n')) return null;
  const bar = inside.indexOf('|');
  const target = bar === -1 ? inside : inside.slice(0, bar);
  const label = bar === -1 ? '' : decodeEntities(inside.slice(bar + 1));
  const content = readMention(target) ?? readAddress(decodeEntities(target), label);
  return content === null ? null : { content, end: end + 1 };
}

const ID = /^[A-Z0-9]{2,32}$/;

function readMention(target: string): TokenContent | null {
  const id = target.slice(1);
  if (target.startsWith('@')) return ID.test(id) ? { kind: 'user', id } : null;
  if (target.startsWith('#')) return ID.test(id) ? { kind: 'channel', id } : null;
  if (!target.startsWith('!')) return null;
  const [command = '', argument = ''] = id.split('^');
  if (command === 'subteam') return ID.test(argument) ? { kind: 'group_mention', id: argument } : null;
  return ['here', 'channel', 'everyone'].includes(command) ? { kind: 'word', text: `@${command}` } : null;
}

function readAddress(target: string, label: string): TokenContent | null {
  const scheme = /^([a-z][a-z0-9+.-]{1,30}):/i.exec(target)?.[1]?.toLowerCase();
  if (scheme === undefined || /\s/.test(target)) return null;
  const rest = target.slice(scheme.length + 1);
  if (scheme === 'mailto') return { kind: 'email', address: rest.replace(/\?.*$/s, '').normalize('NFC') };
  if (scheme === 'tel') return { kind: 'phone', number: rest };
  if (scheme !== 'http' && scheme !== 'https') return { kind: 'word', text: target };
  return { kind: 'link', url: target, text: typedText(target, label) };
}

/** Slack makes a link of `acme.com`; the label is believed only when the address is nothing but that. */
function typedText(url: string, label: string): string {
  return label !== '' && /^https?:\/\//i.exec(url)?.[0] + label === url ? label : url;
}
