import type { z } from 'zod';
import { fail } from '../domain/errors.ts';
import { isCustomerNumber } from '../domain/references.ts';
import { type ArgMeta, argFields, type Bound, type Command } from './command.ts';
import { nearest } from './grammar/near-miss.ts';
import { plainText, type Token } from './grammar/token.ts';
import { asOption } from './grammar/tokenize.ts';
import { slackUsage } from './usage.ts';

interface Field {
  readonly name: string;
  readonly meta: ArgMeta;
}

type Raw = Record<string, string | boolean | string[]>;

const ISSUE_LIKE = /^(?:https?:\/\/\S+\/-\/(?:issues|work_items)\/\d+\S*|[\w.-]+(?:\/[\w.-]+)+#\d+)$/;

/** An address, or a word that was meant for one: its mistake is told rather than taken for a name. */
const isAddress = (token: Token): boolean =>
  token.kind === 'email' || token.kind === 'contact' || (token.kind === 'word' && token.text.includes('@'));
/** Whether it names an issue, as `group/project#12` or by its address. */
export const isIssue = (token: Token): boolean =>
  (token.kind === 'word' || token.kind === 'link') &&
  ISSUE_LIKE.test(token.kind === 'link' ? token.url : plainText(token));

/** What people put between an issue and those it is tied to. */
const JOINTS = new Set(['and', 'from', 'on', 'to', 'with']);

/** Nobody's name: an issue, an address, a number, or what stands in quotation marks. */
const isWhole = (token: Token | undefined): boolean =>
  token !== undefined &&
  (isIssue(token) ||
    isAddress(token) ||
    token.kind === 'quoted' ||
    (token.kind === 'word' && isCustomerNumber(token.text)));

/** `ada@x.co to acme/app#1` without `to`. A word that may belong to a name beside it stays. */
function withoutJoints(tokens: readonly Token[]): readonly Token[] {
  const isJoint = (token: Token, index: number): boolean => {
    if (token.kind !== 'word' || !JOINTS.has(token.text)) return false;
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    if (before === undefined || after === undefined) return false;
    return isIssue(after) || isIssue(before) || (isWhole(before) && isWhole(after));
  };
  return tokens.filter((token, index) => !isJoint(token, index));
}

/**
 * Sorts tokens into the fields of one command. Keeps no state between commands; unknown options and words that
 * no field takes are refused rather than dropped.
 */
class Binding {
  readonly raw: Raw = {};
  readonly #fields: readonly Field[];
  readonly #options: ReadonlyMap<string, Field>;
  /** A word that comes before the issue is not meant for one. */
  readonly #namesIssue: boolean;
  #lastPlainIn: Field | null = null;
  /** An option written as `--key`, whose value is the next word. */
  #awaiting: Field | null = null;

  constructor(fields: readonly Field[], { namesIssue }: { namesIssue: boolean }) {
    this.#fields = fields;
    this.#namesIssue = namesIssue;
    this.#options = new Map(
      fields
        .filter(({ meta }) => meta.typed === 'option' || meta.typed === 'flag')
        .flatMap((field) => [field.name, ...(field.meta.aliases ?? [])].map((key) => [key, field] as const)),
    );
  }

  take(token: Token): void {
    const joinsOn = this.#lastPlainIn;
    this.#lastPlainIn = null;
    if (token.kind === 'flag' || token.kind === 'option') this.end();
    else if (this.#awaiting) {
      this.#assign(this.#awaiting, plainText(token), token.kind === 'quoted');
      this.#awaiting = null;
      return;
    }
    if (token.kind === 'flag') {
      this.#setFlag(token.name);
      return;
    }
    const option =
      token.kind === 'option'
        ? token
        : token.kind === 'word' || token.kind === 'email'
          ? asOption(token, new Set(this.#options.keys()))
          : null;
    if (option) {
      this.#setOption(option.key, option.value, token.kind === 'option' && token.quoted);
      return;
    }
    const field = this.#fieldFor(token);
    if (!field)
      throw fail('parse.bad_syntax', {
        problem: `I do not know what to do with “${plainText(token)}”.`,
        position: token.start,
      });
    this.#put(field, token, joinsOn);
  }

  #setFlag(name: string): void {
    const field = this.#options.get(name);
    if (!field) throw this.#unknown(`--${name}`);
    if (field.meta.typed === 'flag') this.raw[field.name] = true;
    else this.#awaiting = field;
  }

  /** Called at the end of the line, and before what cannot be a value: an option that still waits for one has none. */
  end(): void {
    if (this.#awaiting)
      throw fail('parse.bad_syntax', { problem: `--${this.#awaiting.name} needs a value.`, position: null });
  }

  #setOption(key: string, value: string, quoted: boolean): void {
    const field = this.#options.get(key);
    if (!field) throw this.#unknown(`${key}=`);
    if (field.meta.typed === 'flag') this.raw[field.name] = !/^(?:no|false|off|0)$/i.test(value);
    else this.#assign(field, value, quoted);
  }

  #assign({ name, meta }: Field, value: string, quoted: boolean): void {
    this.raw[name] = meta.clears === true && !quoted && /^none$/i.test(value) ? '' : value;
  }

  #unknown(option: string): Error {
    const shown = [...this.#options].filter(([key, field]) => key === field.name && !field.meta.hidden);
    const known = shown.map(([key, { meta }]) => (meta.typed === 'flag' ? `--${key}` : `${key}=`));
    return fail('input.unknown_option', { option, near: nearest(option, known), known });
  }

  /** A field that prefers this kind of token, else the next positional one with room. */
  #fieldFor(token: Token): Field | undefined {
    const open = this.#fields.filter(
      ({ name, meta }) => this.raw[name] === undefined || meta.typed === 'each' || meta.typed === 'rest',
    );
    const preference = isIssue(token) ? 'issue' : isAddress(token) ? 'address' : null;
    return (
      open.find(({ meta }) => preference !== null && meta.prefers === preference) ??
      open.find(({ meta }) => this.#isPositional(meta))
    );
  }

  #isPositional({ typed, prefers }: ArgMeta): boolean {
    return typed !== 'option' && typed !== 'flag' && !(prefers === 'issue' && this.#namesIssue);
  }

  #put(field: Field, token: Token, joinsOn: Field | null): void {
    const { name, meta } = field;
    const text = meta.prefers === 'issue' && token.kind === 'link' ? token.url : plainText(token);
    const before = this.raw[name];
    if (meta.typed === 'each') {
      const values = Array.isArray(before) ? before : [];
      const plain =
        token.kind === 'word' && meta.joins === true && !isCustomerNumber(text) && !text.includes('@');
      const last = values.at(-1);
      if (plain && joinsOn === field && last !== undefined) values[values.length - 1] = `${last} ${text}`;
      else values.push(text);
      this.raw[name] = values;
      this.#lastPlainIn = plain ? field : null;
    } else this.raw[name] = meta.typed === 'rest' && typeof before === 'string' ? `${before} ${text}` : text;
  }
}

/** What each token of a line means to a command. Throws `input.unknown_option` or `parse.bad_syntax`. */
export function sortTokens(command: Command, tokens: readonly Token[]): Bound {
  const fields = argFields(command.args);
  const ties = ['issue', 'address'].every((kind) => fields.some(({ meta }) => meta.prefers === kind));
  const said = ties ? withoutJoints(tokens) : tokens;
  const binding = new Binding(fields, { namesIssue: said.some(isIssue) });
  for (const token of said) binding.take(token);
  binding.end();
  return binding.raw;
}

/** The arguments of a command out of its tokens, parsed by its schema. Throws `input.*` or `parse.bad_syntax`. */
export function bindTokens(command: Command, tokens: readonly Token[]): unknown {
  return parseArgs(command, sortTokens(command, tokens));
}

/** Checks raw values against a command's schema; the first problem is told. */
export function parseArgs(command: Command, raw: Bound): unknown {
  const parsed = command.args.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw problemOf(command, parsed.error, raw);
}

function problemOf(command: Command, error: z.ZodError, raw: Bound): Error {
  const name = String(error.issues[0]?.path[0] ?? '');
  const hint = argFields(command.args).find((field) => field.name === name)?.meta.hint ?? name;
  const example = command.examples[0] ?? slackUsage(command) ?? command.name;
  return raw[name] === undefined
    ? fail('input.missing', { field: hint, usage: example })
    : fail('input.invalid', { field: hint, rule: name, example });
}
