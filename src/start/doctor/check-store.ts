import { resolve } from 'node:path';
import type { ServerConfig } from '../../config.ts';
import type { Database } from '../../db/client.ts';
import { backlog } from '../../db/queries/backlog.ts';
import { listLedger } from '../../db/queries/ledger.ts';
import { hookProblems, type WatchedGroup, watchedGroups } from '../../services/hooks/watched-groups.ts';
import { openStore } from '../store.ts';
import { type Finding, failure, good, toldAs, warning } from './finding.ts';

/** As in `/readyz`: older than this, handling has stopped. */
const MAX_WAIT_SEC = 300;

/** What was found, and what it remembers of projects that get their webhooks one by one. */
export interface StoreFindings {
  readonly findings: readonly Finding[];
  readonly watched: readonly WatchedGroup[];
  readonly problems: Awaited<ReturnType<typeof hookProblems>>;
}

/** The database: reachable, at this program's schema, and what waits in it. Joins an embedded one that runs. */
export async function checkStore({ databaseUrl, dataDir }: ServerConfig): Promise<StoreFindings> {
  try {
    const place = { databaseUrl, dataDir: resolve(dataDir) };
    const store = await openStore({ ...place, migrates: false, joins: true, log: () => {} });
    try {
      return await examineDatabase(store.database);
    } finally {
      await store.close();
    }
  } catch (error) {
    const [what = 'it cannot be used', ...todo] = String(
      error instanceof Error ? error.message : error,
    ).split('\n');
    const finding = failure(
      'database',
      what,
      todo.join(' ').trim() || 'see what tieline migrate --check says',
    );
    return { findings: [finding], watched: [], problems: [] };
  }
}

/** The same of a database that is open. */
export async function examineDatabase(database: Database): Promise<StoreFindings> {
  return {
    findings: [
      good('database', 'it answers, and its schema is that of this program'),
      ...(await work(database)),
    ],
    watched: await watchedGroups({ database }),
    problems: await hookProblems({ database }),
  };
}

async function work(database: Database): Promise<Finding[]> {
  const { inboxPending, inboxOldestSec, outboxPending, outboxOldestSec, failed } = await backlog(database);
  const oldest = Math.max(inboxOldestSec, outboxOldestSec);
  const what = `${inboxPending} deliveries to handle, ${outboxPending} messages to send`;
  const waiting =
    oldest > MAX_WAIT_SEC
      ? failure(
          'backlog',
          `${what}, the oldest for ${oldest} s`,
          'see whether tieline serve runs, and what its log says',
        )
      : good('backlog', what);
  return failed === 0 ? [waiting] : [waiting, await failures(database, failed)];
}

async function failures(database: Database, count: number): Promise<Finding> {
  const rows = await Promise.all(
    (['in', 'out'] as const).map((direction) =>
      listLedger(database, { direction, state: 'failed', kind: null, since: null, limit: 1 }),
    ),
  );
  const [last] = rows.flat().sort((left, right) => right.at.getTime() - left.at.getTime());
  const latest = last ? `; the latest: ${last.kind}, ${last.outcome ?? 'no reason kept'}` : '';
  const list = 'tieline deliveries list --state failed (and with --out)';
  const what = `${count} failed for good`;
  const finding = warning(
    'backlog',
    `${what}${latest}`,
    `look with ${list}, mend the cause, then tieline deliveries replay <number>`,
  );
  return toldAs(finding, { what });
}
