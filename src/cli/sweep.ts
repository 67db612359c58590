import { resolve } from 'node:path';
import { Command } from 'commander';
import { ConfigError, loadConfig } from '../config.ts';
import type { Mended, SweepReport } from '../services/sweep/report.ts';
import { environment } from './environment.ts';
import { CliError } from './exit.ts';

/** EX_TEMPFAIL: try again later. */
const EX_TEMPFAIL = 75;

/** `tieline sweep`: mends what webhooks did not tell. */
export function sweepCommand(): Command {
  return new Command('sweep')
    .description('Compare groups, projects and issues with GitLab and mend what webhooks did not tell')
    .option('--group <path>', 'only this group and all below it')
    .option('--json', 'print the report as JSON')
    .action(async ({ group, json = false }: { group?: string; json?: boolean }) => {
      const report = await runOnce(group);
      if (!report) throw new CliError('Another sweep is under way; it mends the same.', EX_TEMPFAIL);
      console.log(json ? toJson(report) : renderReport(report));
    });
}

async function runOnce(group: string | undefined): Promise<SweepReport | null> {
  const { server, platforms } = loadConfig(environment(), { needsPlatforms: true });
  if (platforms === null) throw new ConfigError([]);
  const { gitlab } = platforms;
  const { createLog } = await import('../main.ts');
  const { openStore } = await import('../start/store.ts');
  const { createSweep } = await import('../start/sweeper.ts');
  const { createGitLabClient } = await import('../gitlab/client/client.ts');
  const { createDirectory } = await import('../gitlab/directory.ts');
  const { missedHooks, storeSingly } = await import('../start/missed-hooks.ts');
  const { newProjectParts } = await import('../start/new-projects.ts');
  const log = createLog(server.logLevel ?? 'warn');
  const place = { databaseUrl: server.databaseUrl, dataDir: resolve(server.dataDir) };
  const store = await openStore({ ...place, migrates: false, joins: true, log: (line) => log.info(line) });
  try {
    const { url, token, adminToken } = gitlab;
    const client = createGitLabClient({ url, token, adminToken: adminToken ?? undefined, log });
    const directory = createDirectory({ client });
    const { database } = store;
    const services = { database, directory, instanceUrl: url, now: () => new Date() };
    const missed = missedHooks({ gitlab, publicUrl: server.publicUrl, store: storeSingly(database) });
    const botUser = async () => client.currentUser();
    const newProjects = newProjectParts(gitlab, services);
    return await createSweep({ client, services, botUser, missed, newProjects })({ group });
  } finally {
    await store.close();
  }
}

const toJson = (report: SweepReport): string =>
  JSON.stringify(report, (_key, field) => (typeof field === 'bigint' ? Number(field) : field), 2);

function renderReport(report: SweepReport): string {
  const { deliveries, groups, projects, issues, requests, isComplete, mended } = report;
  const lines = [
    ...mended.map(renderMended),
    `Looked at ${groups} groups, ${projects} projects and ${issues} changed issues, with ${requests} requests.`,
    ...(deliveries === 0 ? [] : [`Took up ${deliveries} webhooks that GitLab could not deliver.`]),
    mended.length === 0 ? 'Everything was as GitLab has it.' : `Mended ${mended.length}.`,
  ];
  if (!isComplete) lines.push('No requests were left for the rest: sweep again to go on from here.');
  return lines.join('\n');
}

const WORDS: Readonly<Record<Mended['what'], string>> = {
  renamed: 'renamed',
  moved: 'moved',
  transfer_applied: 'transferred',
  transfer_held: 'transferred, held until somebody decides',
  removed: 'gone from GitLab',
  recorded: 'not heard of before',
  updated: 'brought up to date',
  carried_out: 'commands carried out that no hook told of',
  linked: 'linked by the mail that Service Desk made it from',
  hooked: 'has its webhook now',
};

const renderMended = ({ kind, reference, what, detail }: Mended): string =>
  `${kind} ${reference}: ${WORDS[what]}${detail === null ? '' : ` (${detail})`}`;
