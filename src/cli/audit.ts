import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { loadServerConfig } from '../config.ts';
import type { Database } from '../db/client.ts';
import { AppError, hasCode } from '../domain/errors.ts';
import type { AuditQuestion } from '../services/audit/list-audit.ts';
import { environment } from './environment.ts';
import { CliError } from './exit.ts';
import { parseDate, parseLimit } from './option-values.ts';
import { renderAudit } from './render-audit.ts';

/** The options as they were typed. */
export interface AuditOptions {
  readonly contact?: string;
  readonly organization?: string;
  readonly issue?: string;
  readonly actor?: string;
  readonly group?: string;
  readonly limit: number;
  readonly since?: Date;
  readonly json?: boolean;
}

const DEFAULT_LIMIT = 20;
const SUBJECTS = ['contact', 'organization', 'issue'] as const;

/** `tieline audit`: who changed what. Reads the database alone, also beside a running Tieline. */
export function auditCommand(): Command {
  const conflicts = (name: (typeof SUBJECTS)[number]) => SUBJECTS.filter((other) => other !== name);
  return new Command('audit')
    .description('Show who changed what, newest first; without any option, everything')
    .addOption(
      new Option('--contact <contact>', 'of a contact: e-mail address or number (C12)').conflicts(
        conflicts('contact'),
      ),
    )
    .addOption(
      new Option('--organization <organization>', 'of an organization: name or number (O3)').conflicts(
        conflicts('organization'),
      ),
    )
    .addOption(
      new Option('--issue <issue>', "of an issue's contacts: group/project#12").conflicts(conflicts('issue')),
    )
    .option('--actor <person>', 'by a person: GitLab username or id; "system" for what nobody asked for')
    .option('--group <path>', 'in the crm group that applies in this group')
    .option('--limit <number>', 'at most this many entries', parseLimit, DEFAULT_LIMIT)
    .option('--since <date>', 'not before: 2026-05-04, or 2026-05-04T09:30:00Z', parseDate)
    .option('--json', 'print them as JSON')
    .action(run);
}

async function run(options: AuditOptions): Promise<void> {
  const { databaseUrl, dataDir } = loadServerConfig(environment());
  const log = (message: string) => console.error(message);
  const { openStore } = await import('../start/store.ts');
  const place = { databaseUrl, dataDir: resolve(dataDir) };
  const store = await openStore({ ...place, migrates: false, joins: true, log });
  try {
    console.log(await answerAudit(store, options));
  } finally {
    await store.close();
  }
}

/** What is printed for these options. Throws CliError for a reference that stands for nothing. */
export async function answerAudit(
  store: { readonly database: Database },
  options: AuditOptions,
): Promise<string> {
  const { listAudit } = await import('../services/audit/list-audit.ts');
  try {
    const entries = await listAudit(store, questionOf(options));
    if (options.json) return JSON.stringify({ entries }, plainNumbers, 2);
    return entries.length === 0 ? 'No entries.' : renderAudit(entries);
  } catch (error) {
    throw unknownTo(error, options);
  }
}

function questionOf(options: AuditOptions): AuditQuestion {
  const kind = SUBJECTS.find((name) => options[name] !== undefined);
  return {
    about: kind === undefined ? null : { kind, reference: options[kind] ?? '' },
    actor: options.actor ?? null,
    group: options.group ?? null,
    since: options.since ?? null,
    limit: options.limit,
  };
}

/** Ids as decimal strings: GitLab's may exceed what a JSON number keeps. */
const plainNumbers = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

/** The wording for chat speaks of rights, which nobody needs here. */
function unknownTo(error: unknown, { actor }: AuditOptions): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code.startsWith('not_found.')) {
    const { reference } = error.data as { reference: string };
    return new CliError(
      `No ${error.code.slice('not_found.'.length)} is known as ${reference}, now or in the log.`,
    );
  }
  if (hasCode(error, 'input.invalid') && error.data.field === 'actor') {
    return new CliError(`Nobody in the log is called ${actor}. The GitLab user id always works: --actor 12`);
  }
  return error;
}
