import { z } from 'zod';
import type { AppError } from '../domain/errors.ts';
import type { Ability } from '../policy/table.ts';
import type { CommandContext, PersonContext } from './context.ts';
import type { Reply } from './reply.ts';

/**
 * How a field of a command's arguments is typed.
 * - `one`: the next word. `rest`: every word left, joined. `each`: a list, one value for each word.
 * - `option`: `key=value`. `flag`: `--key`.
 * `prefers` lets a field take tokens of its kind wherever they stand: an address, an issue.
 */
export interface ArgMeta {
  readonly typed: 'one' | 'rest' | 'each' | 'option' | 'flag';
  /** What usage lines show in its place. */
  readonly hint: string;
  readonly order?: number;
  readonly prefers?: 'address' | 'issue';
  /** Other keys that mean the same. */
  readonly aliases?: readonly string[];
  /** In an `each` field: words side by side make one value, as in a name. */
  readonly joins?: boolean;
  /** Shown as required although its schema lets it be absent: on one surface something else stands for it. */
  readonly needed?: boolean;
  /** In an option: `none` without quotes means empty, as does nothing after the `=`. */
  readonly clears?: boolean;
  /** Left out of usage lines: follow-up buttons use it, people do not. */
  readonly hidden?: boolean;
}

const argMetas = z.registry<ArgMeta>();

/** Says how a field is typed; call it on the outermost schema. The schema given may serve for other fields too. */
export function arg<Schema extends z.ZodType>(schema: Schema, meta: ArgMeta): Schema {
  const own = schema.clone();
  argMetas.add(own, meta);
  return own;
}

/** The fields of an argument schema with how each is typed, positional ones in order. */
export function argFields(schema: z.ZodObject): { name: string; meta: ArgMeta; required: boolean }[] {
  return Object.entries(schema.shape)
    .map(([name, field]) => {
      const meta = argMetas.get(field as z.ZodType);
      if (!meta) throw new Error(`argument ${name} does not say how it is typed`);
      return { name, meta, required: meta.needed ?? !(field as z.ZodType).safeParse(undefined).success };
    })
    .sort((a, b) => (a.meta.order ?? 99) - (b.meta.order ?? 99));
}

/** Arguments as they were typed, by field, before a schema has seen them. */
export type Bound = Readonly<Record<string, string | boolean | string[]>>;

/** What of the options that all commands share bears on whether a form opens. */
export interface AlsoTyped {
  /** A form is wanted although nothing may be missing. */
  readonly form: boolean;
  readonly group: string | null;
}

export interface SlackForm {
  /** The words after `/crm`: `['new', 'contact']`. */
  readonly words: readonly string[];
  readonly aliases?: readonly (readonly string[])[];
  /** Its private answer can be shown to the channel: it gets a Share button, and `--public`. */
  readonly shareable?: boolean;
  /** The form that asks for what these arguments leave open, or that is wanted anyway; null when they say it all. */
  readonly asks?: (typed: Bound, also: AlsoTyped) => string | null;
}

export interface GitLabForm {
  /** The quick action's name: `add_contacts`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The field that the contacts named on the line go to. */
  readonly contacts?: string;
  /** Lines of this command in one comment add up to one run. */
  readonly addsUp?: boolean;
}

/** Commands that share a line of the short help. */
export interface Family {
  readonly name: string;
  /** Says what they do together, in the imperative. */
  readonly summary: string;
}

/** What stands in the way of an answer for one person: who they are, or what they may, is not known. */
export type Nameless<Args = unknown> = (args: Args, error: AppError) => Reply | null;

/** Everything there is to know of a command; help, usage, documents and both surfaces derive from it. */
export interface CommandDefinition<Schema extends z.ZodObject, Result> {
  /** Canonical, unique over all surfaces. */
  readonly name: string;
  readonly surfaces: { readonly slack?: SlackForm; readonly gitlab?: GitLabForm };
  /** Left out of help and documents: buttons run it, people need not know it. */
  readonly hidden?: boolean;
  /** One line in the imperative. */
  readonly summary: string;
  readonly details?: string;
  readonly family?: Family;
  readonly args: Schema;
  /** As typed by a user, on either surface; each is parsed in a test. */
  readonly examples: readonly string[];
  /** The row of the policy table that rules it; null when everybody may. */
  readonly ability: Ability | null;
  readonly run: (context: CommandContext, args: z.output<Schema>) => Promise<Result>;
  /** Words the result. */
  readonly reply: (result: Result, context: CommandContext) => Reply;
  /** Answers on Slack where no account serves or nothing can be asked; null leaves it at the error. */
  readonly nameless?: Nameless<z.output<Schema>>;
}

/** A command with its argument and result types closed over, as the registry holds it. */
export interface Command {
  readonly name: string;
  readonly surfaces: { readonly slack?: SlackForm; readonly gitlab?: GitLabForm };
  readonly hidden?: boolean;
  readonly summary: string;
  readonly details?: string;
  readonly family?: Family;
  readonly args: z.ZodObject;
  readonly examples: readonly string[];
  readonly ability: Ability | null;
  /** Runs with arguments that `args` has parsed, and words what came of it. */
  readonly execute: (context: CommandContext, args: unknown) => Promise<Reply>;
  /** Runs on Slack in place of `execute`, and asks for no GitLab account: it may be the one to connect it. */
  readonly forPerson?: (context: PersonContext) => Promise<Reply>;
  /** Answers on Slack where no account serves or nothing can be asked; null, or left out, leaves it at the error. */
  readonly nameless?: Nameless;
}

/** A Slack command that takes no arguments and no GitLab account. */
export function definePersonCommand(
  definition: Omit<Command, 'args' | 'ability' | 'execute' | 'forPerson'> &
    Required<Pick<Command, 'forPerson'>>,
): Command {
  const execute = () => Promise.reject(new Error(`${definition.name} runs without an account`));
  return { ...definition, args: z.object({}), ability: null, execute };
}

/** Gives a definition its types and closes over them. */
export function defineCommand<Schema extends z.ZodObject, Result>(
  definition: CommandDefinition<Schema, Result>,
): Command {
  const { nameless, ...rest } = definition;
  return {
    ...rest,
    ...(nameless && { nameless: (args, error) => nameless(definition.args.parse(args), error) }),
    execute: async (context, args) =>
      definition.reply(await definition.run(context, definition.args.parse(args)), context),
  };
}
