import { Command, InvalidArgumentError, Option } from 'commander';
import type { Direction, LedgerEntry, LedgerRow } from '../db/queries/ledger.ts';
import { CliError } from './exit.ts';
import { withDatabase } from './open-database.ts';
import { parseDate, parseLimit } from './option-values.ts';

/** The options of `list` as they were typed. */
interface ListOptions {
  readonly out?: boolean;
  readonly state?: string;
  readonly kind?: string;
  readonly since?: Date;
  readonly limit: number;
  readonly json?: boolean;
}

/** `tieline deliveries`: the ledgers of what came in and what goes out. */
export function deliveriesCommand(): Command {
  return new Command('deliveries')
    .description('Look at webhooks received and messages sent, and try them again')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(replayCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('List webhooks received, newest first')
    .option('--out', 'list messages to Slack and GitLab instead')
    .addOption(
      new Option('--state <state>', 'of this state only').choices(['pending', 'done', 'sent', 'failed']),
    )
    .option('--kind <kind>', 'whose kind starts with this: note, slack.')
    .option('--since <date>', 'not before: 2026-05-04, or 2026-05-04T09:30:00Z', parseDate)
    .option('--limit <number>', 'at most this many', parseLimit, 20)
    .option('--json', 'print them as JSON')
    .action(async ({ out = false, state, kind, since, limit, json = false }: ListOptions) => {
      const { listLedger } = await import('../db/queries/ledger.ts');
      const given = { state: state ?? null, kind: kind ?? null, since: since ?? null };
      const filter = { direction: directionOf(out), ...given, limit };
      const rows = await withDatabase((database) => listLedger(database, filter));
      console.log(json ? toJson(rows) : renderRows(rows));
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('Show one with its headers and body')
    .argument('<number>', 'its number, as list shows it', parseId)
    .option('--out', 'a message to Slack or GitLab')
    .option('--json', 'print it as JSON')
    .action(async (id: bigint, { out = false, json = false }: { out?: boolean; json?: boolean }) => {
      const { findLedgerEntry } = await import('../db/queries/ledger.ts');
      const entry = await withDatabase((database) =>
        findLedgerEntry(database, { direction: directionOf(out), id }),
      );
      if (!entry) throw new CliError(`There is no ${nameOf(out)} ${id}.`);
      console.log(json ? toJson(entry) : renderEntry(entry));
    });
}

function replayCommand(): Command {
  return new Command('replay')
    .description('Try one again: a failed message, or any webhook whose body is still kept')
    .argument('<number>', 'its number, as list shows it', parseId)
    .option('--out', 'a message to Slack or GitLab')
    .action(async (id: bigint, { out = false }: { out?: boolean }) => {
      const { replayLedgerEntry } = await import('../db/queries/ledger.ts');
      const again = await withDatabase((database) =>
        replayLedgerEntry(database, { direction: directionOf(out), id }),
      );
      if (again) console.log(`The ${nameOf(out)} ${id} is taken up again by the running Tieline.`);
      else {
        const why = out ? 'it was sent or is waiting' : 'its body is no longer kept, or it is waiting';
        throw new CliError(
          `The ${nameOf(out)} ${id} cannot be tried again: there is none of that number, ${why}.`,
        );
      }
    });
}

const directionOf = (out: boolean): Direction => (out ? 'out' : 'in');
const nameOf = (out: boolean): string => (out ? 'message' : 'delivery');

function parseId(text: string): bigint {
  if (/^[1-9]\d{0,17}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('It is a whole number, as list shows it.');
}

const toJson = (value: unknown): string =>
  JSON.stringify(value, (_key, field) => (typeof field === 'bigint' ? Number(field) : field), 2);

function renderRows(rows: readonly LedgerRow[]): string {
  if (rows.length === 0) return 'None.';
  return rows
    .map(
      ({ id, at, state, kind, place, attempts, outcome }) =>
        `${id}  ${at.toISOString()}  ${state.padEnd(7)}  ${kind}  ${place}  ${attempts} ${attempts === 1 ? 'try' : 'tries'}  ${outcome ?? ''}`,
    )
    .join('\n');
}

function renderEntry(entry: LedgerEntry): string {
  const { headers, content, ...row } = entry;
  const lines = Object.entries(row).map(([name, value]) => {
    const text = value instanceof Date ? value.toISOString() : String(value ?? '–');
    return `${name.padEnd(10)} ${text}`;
  });
  if (headers !== null)
    lines.push('', ...Object.entries(headers as object).map(([name, value]) => `${name}: ${String(value)}`));
  return [...lines, '', content ?? 'The body is no longer kept.'].join('\n');
}
