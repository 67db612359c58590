import type { SlackState } from './state.ts';

/**
 * What Slack makes of text that a person typed before an app gets it:
 *   & < >            &amp; &lt; &gt;
 *   https://x.y/z    <https://x.y/z>
 *   a@b.c            <mailto:a@b.c|a@b.c>
 *   x.com            <http://x.com|x.com>
 *   @ann             <@U1|ann> in commands, <@U1> in messages; @here becomes <!here>
 *   #sales           <#C1|sales>
 * Names that nobody has stay as typed.
 */
const TOKEN =
  /(?<url>\bhttps?:\/\/[^\s<>|]+)|(?<mail>(?<![\w.+-])[\w.%+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)|(?<user>(?<![\w@])@[\w][\w.-]*)|(?<channel>(?<![\w#&/])#[a-z0-9][\w-]*)|(?<domain>(?<![\w@.=/-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|ai|de|uk|edu|gov)\b(?![\w@-]))/gi;

const BROADCASTS = new Set(['here', 'channel', 'everyone']);

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A sentence's closing punctuation does not belong to the address before it. */
function splitTail(text: string): [string, string] {
  const tail = /[.,;:!?)\]}'"]+$/.exec(text)?.[0] ?? '';
  return [text.slice(0, text.length - tail.length), tail];
}

/** Escapes typed text; `labels` adds the names that slash commands carry and messages do not. */
export function escapeTypedText(
  text: string,
  names: Pick<SlackState, 'users' | 'channels'>,
  labels: boolean,
): string {
  let result = '';
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    result += escapeText(text.slice(from, match.index)) + replaceToken(match, names, labels);
    from = match.index + match[0].length;
  }
  return result + escapeText(text.slice(from));
}

function replaceToken(
  match: RegExpMatchArray,
  names: Pick<SlackState, 'users' | 'channels'>,
  labels: boolean,
): string {
  const { url, mail, user, channel, domain } = match.groups ?? {};
  if (url !== undefined) {
    const [address, tail] = splitTail(url);
    return `<${escapeText(address)}>${escapeText(tail)}`;
  }
  if (mail !== undefined) return `<mailto:${mail}|${mail}>`;
  if (domain !== undefined) return `<http://${domain}|${domain}>`;
  if (channel !== undefined) {
    const found = names.channels.find((entry) => entry.name === channel.slice(1));
    return found ? `<#${found.id}|${labels ? found.name : ''}>` : channel;
  }
  return replaceMention(user ?? '', names.users, labels);
}

function replaceMention(typed: string, users: SlackState['users'], labels: boolean): string {
  const name = typed.slice(1);
  const [trimmed, tail] = splitTail(name);
  if (BROADCASTS.has(trimmed)) return `<!${trimmed}>${tail}`;
  const found = users.find((entry) => entry.name.toLowerCase() === trimmed.toLowerCase());
  if (!found) return typed;
  return `<@${found.id}${labels ? `|${found.name}` : ''}>${tail}`;
}
