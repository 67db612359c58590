/**
 * A root group of many customers put under another one: through the service, and by the best set-based SQL for the
 * same rows, report included, written by hand for exactly this case. Both start from the same rows each time, take
 * turns, and run on the same server, which this starts itself. Processor time is told beside the time that passed: on
 * a machine that does other things too, its ratio is the one to go by. `--json` prints one object.
 * Run: node --import tsx bench/transfer.ts [--json] [--contacts=100000] [--repeats=3]
 */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { createDatabase, type Database } from '../src/db/client.ts';
import { startThrowawayPostgres } from '../src/db/embedded/throwaway.ts';
import { migrate } from '../src/db/migrate.ts';
import { groupPlace, placeKey } from '../src/domain/actor.ts';
import { gitLabUserId, groupId } from '../src/domain/ids.ts';
import type { ServiceDeps } from '../src/services/deps.ts';
import type { Directory } from '../src/services/ports.ts';
import { transferGroup } from '../src/services/transfers/transfer-group.ts';
import { asJson, option } from './options.ts';
import { transferByHand } from './transfer/by-hand.ts';
import { FINGERPRINT, type Size, seedStatements } from './transfer/seed.ts';

const OLD_ROOT = groupId(1);
const NEW_ROOT = groupId(2);
const USER = gitLabUserId(9);

const contacts = option('contacts', 100_000);
const SIZE: Size = { contacts, duplicates: contacts / 10, links: contacts * 3, issues: contacts };
const REPEATS = option('repeats', 3);
const say = (line: string): void => {
  if (!asJson) process.stdout.write(`${line}\n`);
};

const nobody = async () => null;
const directory: Directory = {
  user: nobody,
  userByEmail: nobody,
  group: nobody,
  rootGroups: async () => [],
  project: nobody,
  issue: nobody,
  roles: async (_user, places) => new Map(places.map((place) => [placeKey(place), 'owner' as const])),
};

const hierarchy = {
  chain: [
    { id: OLD_ROOT, parentId: NEW_ROOT, fullPath: 'new/old', name: 'Old' },
    { id: NEW_ROOT, parentId: null, fullPath: 'new', name: 'New' },
  ],
} as const;

async function throughService(database: Database): Promise<void> {
  const deps: ServiceDeps = {
    database,
    directory,
    instanceUrl: 'https://gitlab.example.com',
    now: () => new Date(),
  };
  const { transfers } = await transferGroup(
    deps,
    {
      userId: USER,
      username: 'owner',
      name: 'Owner',
      surface: 'cli',
      deliveryKey: 'bench',
      runKey: 'bench',
      position: 0,
      roles: new Map([[placeKey(groupPlace(NEW_ROOT)), 'owner']]),
    },
    { hierarchy },
  );
  if (transfers[0]?.state !== 'applied') throw new Error('the service did not transfer');
}

interface Measured {
  readonly milliseconds: number;
  /** Processor time of the server's processes and of this one; null where the system does not tell. */
  readonly cpuMs: number | null;
  /** Most resident memory while it ran, above what there was before. */
  readonly extraMb: number;
}

/** Processor time that the sessions of the copy have used so far. */
async function sessionsCpuMs(): Promise<number | null> {
  const { rows } = await admin.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = 'bench_run'`,
  );
  try {
    // After the name in brackets: field 14 is user time and 15 system time, in hundredths of a second.
    const ticks = rows.map(({ pid }) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(fields[11]) + Number(fields[12]);
    });
    return ticks.reduce((sum, value) => sum + value, 0) * 10;
  } catch {
    return null;
  }
}

async function measured(run: () => Promise<void>): Promise<Measured> {
  globalThis.gc?.();
  const before = await sessionsCpuMs();
  const own = process.cpuUsage();
  const idle = process.memoryUsage.rss();
  let most = idle;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  const start = performance.now();
  try {
    await run();
  } finally {
    clearInterval(watch);
  }
  const milliseconds = performance.now() - start;
  most = Math.max(most, process.memoryUsage.rss());
  const { user, system } = process.cpuUsage(own);
  const after = await sessionsCpuMs();
  const cpuMs = before === null || after === null ? null : after - before + (user + system) / 1000;
  return { milliseconds, cpuMs, extraMb: (most - idle) / 1024 / 1024 };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function url(base: string, name: string): string {
  const changed = new URL(base);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** A fresh copy of the seeded database; gives what it holds afterwards, to see that both ways end alike. */
async function onCopy(admin: pg.Client, base: string, run: (target: string) => Promise<Measured>) {
  await admin.query('CREATE DATABASE bench_run TEMPLATE bench_seed');
  try {
    const figure = await run(url(base, 'bench_run'));
    const client = new pg.Client({ connectionString: url(base, 'bench_run') });
    await client.connect();
    const { rows } = await client.query<{ fingerprint: string }>(FINGERPRINT);
    await client.end();
    return { figure, fingerprint: rows[0]?.fingerprint ?? '' };
  } finally {
    await admin.query('DROP DATABASE bench_run WITH (FORCE)');
  }
}

const byService = async (target: string): Promise<Measured> => {
  const database = createDatabase({ connectionString: target, maxConnections: 4 });
  try {
    // Connects and warms up what does not belong to the transfer.
    await database.prisma.$queryRaw`SELECT 1`;
    return await measured(() => throughService(database));
  } finally {
    await database.close();
  }
};

const byHand = async (target: string): Promise<Measured> => {
  const client = new pg.Client({ connectionString: target });
  await client.connect();
  try {
    return await measured(() => transferByHand(client, OLD_ROOT, NEW_ROOT));
  } finally {
    await client.end();
  }
};

const server = await startThrowawayPostgres();
const admin = new pg.Client({ connectionString: server.connectionString });
await admin.connect();
try {
  await admin.query(`CREATE DATABASE bench_seed TEMPLATE template0 ENCODING 'UTF8'`);
  const seedUrl = url(server.connectionString, 'bench_seed');
  await migrate(seedUrl);
  const seeding = new pg.Client({ connectionString: seedUrl });
  await seeding.connect();
  for (const statement of seedStatements(SIZE)) await seeding.query(statement);
  await seeding.end();
  say(`${SIZE.contacts} contacts, ${SIZE.duplicates} of them duplicates, ${SIZE.links} links`);
  const service: Measured[] = [];
  const hand: Measured[] = [];
  const prints = new Set<string>();
  for (let round = 0; round <= REPEATS; round += 1) {
    for (const [name, run, figures] of [
      ['service', byService, service],
      ['by hand', byHand, hand],
    ] as const) {
      const { figure, fingerprint } = await onCopy(admin, server.connectionString, run);
      prints.add(fingerprint);
      // The first round warms the server up.
      if (round > 0) figures.push(figure);
      say(
        `${round === 0 ? 'warm-up' : `round ${round}`}  ${name}  ${(figure.milliseconds / 1000).toFixed(2)} s  +${figure.extraMb.toFixed(1)} MB`,
      );
    }
  }
  if (prints.size !== 1) throw new Error('the two ways do not end with the same rows');
  const serviceMs = median(service.map(({ milliseconds }) => milliseconds));
  const handMs = median(hand.map(({ milliseconds }) => milliseconds));
  const extraMb = Math.max(...service.map((figure) => figure.extraMb));
  const ratio = serviceMs / handMs;
  const cpuRatio =
    median(service.map(({ cpuMs }) => cpuMs ?? 0)) / median(hand.map(({ cpuMs }) => cpuMs ?? 0));
  say(`service ${serviceMs.toFixed(0)} ms, by hand ${handMs.toFixed(0)} ms`);
  say(`ratio ${ratio.toFixed(2)}, in processor time ${cpuRatio.toFixed(2)} (target 1.5)`);
  say(`+${extraMb.toFixed(1)} MB (target 50)`);
  const figures = { ...SIZE, repeats: REPEATS, serviceMs, handMs, ratio, cpuRatio, extraMb };
  if (asJson) process.stdout.write(`${JSON.stringify(figures)}\n`);
} finally {
  await admin.end();
  await server.stop();
}
