import { fail } from '../domain/errors.ts';
import { isCustomerNumber } from '../domain/references.ts';
import { isIssue } from './bind.ts';
import type { Command } from './command.ts';
import { nearest } from './grammar/near-miss.ts';
import { plainText } from './grammar/token.ts';
import { type Token, tokenize } from './grammar/tokenize.ts';
import { slackCommand, slackNames, slackNamesUnder } from './registry.ts';
import { listed } from './wording/phrases.ts';

/** Options that every `/crm` command takes. */
export interface SharedOptions {
  readonly group: string | null;
  readonly public: boolean;
  /** Makes `group` the person's own choice: what the picker's buttons add. */
  readonly remember: boolean;
  /** Asks by form even where nothing is missing: what buttons and shortcuts add. */
  readonly form: boolean;
}

export interface ParsedLine {
  readonly command: Command;
  readonly tokens: readonly Token[];
  readonly shared: SharedOptions;
  /** The line without shared options, to build follow-up buttons on. */
  readonly typed: string;
  /** What may have been meant, when the line is taken for a search: a whole line. */
  readonly near: string | null;
}

function takeShared(tokens: readonly Token[]): { shared: SharedOptions; rest: Token[]; taken: Token[] } {
  const taken: Token[] = [];
  let group: string | null = null;
  let isPublic = false;
  let remember = false;
  let form = false;
  const rest = tokens.filter((token) => {
    if (token.kind === 'option' && token.key === 'group') group = token.value.replace(/^\/+|\/+$/g, '');
    else if (token.kind === 'flag' && token.name === 'public') isPublic = true;
    else if (token.kind === 'flag' && token.name === 'remember') remember = true;
    else if (token.kind === 'flag' && token.name === 'form') form = true;
    else return true;
    taken.push(token);
    return false;
  });
  return { shared: { group, public: isPublic, remember, form }, rest, taken };
}

/** The line with some of its tokens cut out. */
function without(text: string, cut: readonly Token[]): string {
  let left = text;
  for (const token of [...cut].reverse()) left = left.slice(0, token.start) + left.slice(token.end);
  return left.trim().replace(/\s+/gu, ' ');
}

/**
 * Which command a line holds. A lone number or issue is shown; other words that name no command are a search; an
 * empty line asks for help. Throws `parse.bad_syntax` where a word is missing.
 */
export function parseSlackLine(text: string): ParsedLine {
  const { tokens } = tokenize(text, 'slack');
  const { shared, rest, taken } = takeShared(tokens);
  const typed = without(text, taken);
  const words = rest.slice(0, 3).map((token) => (token.kind === 'word' ? token.text : ''));
  const named = slackCommand(rest.length === 0 ? ['help'] : words);
  if (named) {
    const { command } = named;
    return { command, tokens: sought(command, rest.slice(named.taken)), shared, typed, near: null };
  }
  const form = onlyForm(rest, words);
  if (form) return { command: form, tokens: [], shared, typed, near: null };
  const lone = nameOfLone(rest);
  const command = commandOf(lone ?? 'find');
  const near = lone === null ? meant(rest, words) : null;
  return { command, tokens: sought(command, rest), shared, typed: `${lone ?? 'find'} ${typed}`, near };
}

function commandOf(name: string): Command {
  const found = slackCommand([name]);
  if (!found) throw new Error(`the registry has no ${name}`);
  return found.command;
}

/** What shows the one thing that a line names and nothing else; null for anything that may be a name. */
function nameOfLone([token, ...others]: readonly Token[]): 'show' | 'contacts' | null {
  if (token === undefined || others.length > 0) return null;
  if (isIssue(token)) return 'contacts';
  return token.kind === 'word' && isCustomerNumber(token.text) ? 'show' : null;
}

/** The command whose first word stands alone and which asks for the rest by form; throws where a word is missing. */
function onlyForm(rest: readonly Token[], [first = '', second = '']: readonly string[]): Command | null {
  if (first === '') return null;
  const under = slackNamesUnder(first);
  if (under.length === 0) return null;
  const only = rest.length === 1 ? slackCommand((under[0] ?? '').split(' '))?.command : undefined;
  if (only?.surfaces.slack?.asks) return only;
  const near = nearest(`${first} ${second}`, under);
  const left = rest.slice(near === null ? 1 : 2).map(asTyped);
  const whole = (near === null ? under : [near]).map((name) => [name, ...left].join(' '));
  const problem = `“${first}” needs one more word, as in ${listed(whole, 'or')}.`;
  throw fail('parse.bad_syntax', { problem, position: rest[0]?.end ?? null });
}

/** Telephone keyboards make a full stop of two spaces at the end, which nobody looks for. */
function sought(command: Command, tokens: readonly Token[]): readonly Token[] {
  const last = tokens.at(-1);
  if (command.name !== 'find' || last?.kind !== 'word') return tokens;
  return [...tokens.slice(0, -1), { ...last, text: last.text.replace(/(?<=[\p{L}\p{N}])\.$/u, '') }];
}

/** What other tools call what ours are called; `…` stands for the rest of the line. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  change: 'edit …',
  company: 'find … --orgs',
  contact: 'find … --contacts',
  create: 'new contact …',
  delete: 'deactivate …',
  destroy: 'deactivate …',
  get: 'show …',
  how: 'help',
  modify: 'edit …',
  open: 'show …',
  org: 'find … --orgs',
  organisation: 'find … --orgs',
  organization: 'find … --orgs',
  person: 'find … --contacts',
  update: 'edit …',
  view: 'show …',
};

function meant(rest: readonly Token[], words: readonly string[]): string | null {
  const [first = ''] = words;
  if (first === '') return null;
  const elsewhere = Object.hasOwn(ELSEWHERE, first.toLowerCase())
    ? ELSEWHERE[first.toLowerCase()]
    : undefined;
  if (elsewhere !== undefined)
    return elsewhere.replace('…', () => rest.slice(1).map(asTyped).join(' ')).trim();
  const near = nearest(words.slice(0, 2).join(' ').trim(), slackNames()) ?? nearest(first, slackNames());
  return near && [near, ...rest.slice(near.split(' ').length).map(asTyped)].join(' ');
}

/** A token as a person would type it: what Slack made of it is not for people's eyes. */
function asTyped(token: Token): string {
  if (token.kind === 'quoted') return `"${token.text}"`;
  if (token.kind === 'option' && token.quoted) return `${token.key}="${token.value}"`;
  return plainText(token);
}
