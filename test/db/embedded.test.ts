import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { findBinaryPackage, prepareBinaries } from '../../src/db/embedded/binaries.ts';
import { clusterIn } from '../../src/db/embedded/cluster.ts';
import { findPostmaster } from '../../src/db/embedded/postmaster-file.ts';
import { findServerUser } from '../../src/db/embedded/server-user.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/db/embedded/start.ts';
import { runOn } from '../support/databases.ts';
import { type EmbeddedProcess, startProcess } from './embedded-process.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65534, gid: 65534 };

/** Data that was made once: making it takes as long as everything else together. */
let seed: string;
let home: string;
let dataDir: string;
let logged: string[];
let running: (EmbeddedPostgres | EmbeddedProcess)[];

beforeAll(async () => {
  seed = await mkdtemp(join(tmpdir(), 'tieline-seed-'));
  await chmod(seed, 0o755);
  const server = await startEmbeddedPostgres({ dataDir: seed, durable: false, log: () => {} });
  await server.stop();
  return () => rm(seed, { recursive: true });
});

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tieline-embedded-'));
  await chmod(home, 0o755);
  dataDir = join(home, 'data');
  logged = [];
  running = [];
});

afterEach(async () => {
  for (const one of running) await one.stop();
  await rm(home, { recursive: true, force: true });
});

/** Owners and modes included. */
const copySeed = () => promisify(execFile)('cp', ['-a', seed, dataDir]);

async function start(options: object = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir,
    durable: false,
    stateDirectory: home,
    log: (message) => logged.push(message),
    ...options,
  });
  running.push(server);
  return server;
}

function startChild(options: object = {}, user = {}): EmbeddedProcess {
  const child = startProcess({ dataDir, durable: false, stateDirectory: home, ...options }, user);
  running.push(child);
  return child;
}

const addMark = (url: string, mark: string) =>
  runOn(url, 'CREATE TABLE IF NOT EXISTS marks (mark text)', `INSERT INTO marks VALUES ('${mark}')`);
const readMarks = async (url: string) => {
  const [result] = await runOn(url, 'SELECT mark FROM marks ORDER BY mark');
  return result?.rows.map((row) => row.mark);
};
const setting = async (url: string, name: string) => {
  const [result] = await runOn(url, `SELECT current_setting('${name}') AS value`);
  return result?.rows[0]?.value;
};
const postmaster = (directory = dataDir) => {
  const found = findPostmaster(clusterIn(directory).directory);
  if (found === null) throw new Error('No server runs');
  return found;
};

describe('the embedded server', () => {
  test('starts on a directory that does not exist and keeps what is written over a restart', async () => {
    const first = await start();
    await addMark(first.connectionString, 'before');
    expect((await stat(clusterIn(dataDir).directory)).uid).not.toBe(0);
    await first.stop();
    expect(findPostmaster(clusterIn(dataDir).directory)).toBeNull();
    const second = await start();
    expect(await readMarks(second.connectionString)).toEqual(['before']);
  });

  test('is durable unless told otherwise, and listens on no port', async () => {
    await copySeed();
    const { connectionString } = await start({ durable: true });
    expect(await setting(connectionString, 'fsync')).toBe('on');
    expect(await setting(connectionString, 'synchronous_commit')).toBe('on');
    expect(await setting(connectionString, 'listen_addresses')).toBe('');
  });

  test('lets only its own user near its socket, whose path every system can take', async () => {
    await copySeed();
    await start();
    const { socketDirectory } = postmaster();
    const { mode, uid } = await stat(socketDirectory);
    expect(mode & 0o777).toBe(0o700);
    expect(uid).toBe((await stat(clusterIn(dataDir).directory)).uid);
    expect(join(socketDirectory, '.s.PGSQL.5432').length).toBeLessThanOrEqual(100);
  });

  test('knows the letters of every language', async () => {
    await copySeed();
    const { connectionString } = await start();
    const [, result] = await runOn(
      connectionString,
      'CREATE EXTENSION pg_trgm',
      `SELECT lower('ÉŁ') AS lower, 'ÉMILE' ILIKE 'émile' AS like, cardinality(show_trgm('日本語')) > 0 AS trigrams`,
    );
    expect(result?.rows).toEqual([{ lower: 'éł', like: true, trigrams: true }]);
  });

  test('writes nothing of people into its log', async () => {
    await copySeed();
    const { connectionString, stop } = await start();
    await addMark(connectionString, 'ada@example.com');
    await expect(
      runOn(
        connectionString,
        'CREATE UNIQUE INDEX ON marks (mark)',
        `INSERT INTO marks VALUES ('ada@example.com')`,
      ),
    ).rejects.toThrow('duplicate key');
    await stop();
    expect(await readFile(clusterIn(dataDir).logFile, 'utf8')).not.toContain('ada@');
  });

  test('stops twice, and after it was killed, without complaint', async () => {
    await copySeed();
    const server = await start();
    process.kill(postmaster().pid, 'SIGKILL');
    await Promise.all([server.stop(), server.stop()]);
  });

  test('is started again when it is killed under us', async () => {
    await copySeed();
    const { connectionString } = await start({ durable: true });
    await addMark(connectionString, 'before');
    process.kill(postmaster().pid, 'SIGKILL');
    const readAgain = async () => expect(await readMarks(connectionString)).toEqual(['before']);
    await vi.waitFor(readAgain, { timeout: 15_000, interval: 20 });
    expect(logged.join()).toContain('starting it again');
  });
});

describe('a second Tieline on the same data', () => {
  test('is refused, and told by whom and what to do', async () => {
    await copySeed();
    await start();
    const refused = await startChild().outcome;
    expect(refused.error).toBe('DataDirInUseError');
    expect(refused.message).toContain(dataDir);
    expect(refused.message).toContain(`process ${process.pid}`);
    expect(refused.message).toMatch(/DATA_DIR.*DATABASE_URL/);
  });

  test('may work beside the first when it asks to, and leaves the server to it', async () => {
    await copySeed();
    const first = await start();
    const second = await start({ whenInUse: 'join' });
    expect(second.joined).toBe(true);
    await addMark(second.connectionString, 'second');
    await second.stop();
    expect(await readMarks(first.connectionString)).toEqual(['second']);
  });

  test('when both start at once on no data yet, one serves and the other is refused', async () => {
    const outcomes = await Promise.all([startChild().outcome, startChild().outcome]);
    expect(outcomes.map(({ error }) => error ?? 'serves').sort()).toEqual(['DataDirInUseError', 'serves']);
  });
});

describe('after a Tieline was killed', () => {
  test('its server is taken over with everything it holds', async () => {
    await copySeed();
    const killed = startChild();
    const { connectionString = '' } = await killed.outcome;
    await addMark(connectionString, 'before');
    const { pid } = postmaster();
    await killed.kill();
    const next = await start();
    expect(postmaster().pid).toBe(pid);
    expect(logged.join()).toContain('Took over');
    expect(await readMarks(next.connectionString)).toEqual(['before']);
    await next.stop();
    expect(findPostmaster(clusterIn(dataDir).directory)).toBeNull();
  });

  test('together with its server, the data is recovered', async () => {
    await copySeed();
    const killed = startChild({ durable: true });
    const { connectionString = '' } = await killed.outcome;
    await addMark(connectionString, 'before');
    const { pid } = postmaster();
    await killed.kill();
    process.kill(pid, 'SIGKILL');
    const next = await start();
    expect(await readMarks(next.connectionString)).toEqual(['before']);
  });

  test('and its process id went to another program of the same user, the server starts', async () => {
    await copySeed();
    const { stop } = await start();
    const { socketDirectory } = postmaster();
    const cluster = clusterIn(dataDir).directory;
    const pidFile = join(cluster, 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await stop();
    const { uid, gid } = await stat(cluster);
    const stranger = spawn('sleep', ['600'], { uid, gid });
    await once(stranger, 'spawn');
    const stale = text.replace(/^\d+/, String(stranger.pid));
    await writeFile(pidFile, stale);
    await mkdir(socketDirectory, { mode: 0o700 });
    await writeFile(join(socketDirectory, '.s.PGSQL.5432.lock'), stale);
    for (const path of [pidFile, socketDirectory, join(socketDirectory, '.s.PGSQL.5432.lock')]) {
      await chown(path, uid, gid);
    }
    try {
      const { connectionString } = await start();
      expect(await setting(connectionString, 'port')).toBe('5432');
    } finally {
      stranger.kill();
    }
  });

  test('while it made its first database, the next start makes it', async () => {
    await mkdir(dataDir);
    const killed = startChild();
    const [, name] = await once(watch(dataDir), 'change');
    expect(name).toMatch(/^postgres\.init-/);
    await killed.kill();
    const { connectionString } = await start();
    await addMark(connectionString, 'after');
    expect((await readdir(dataDir)).filter((entry) => entry.includes('init'))).toEqual([]);
  });
});

describe('what it cannot do is said in words', () => {
  test('data of another PostgreSQL', async () => {
    await mkdir(clusterIn(dataDir).directory, { recursive: true });
    await writeFile(join(clusterIn(dataDir).directory, 'PG_VERSION'), '15\n');
    await expect(start()).rejects.toThrow(/written by PostgreSQL 15.*brings PostgreSQL 18/s);
  });

  test('something else where the data should be', async () => {
    await mkdir(clusterIn(dataDir).directory, { recursive: true });
    await writeFile(join(clusterIn(dataDir).directory, 'letter.txt'), 'Dear Ada');
    await expect(start()).rejects.toThrow('something else than PostgreSQL');
    expect(await readdir(clusterIn(dataDir).directory)).toEqual(['letter.txt']);
  });

  test('a setting that PostgreSQL refuses', async () => {
    await copySeed();
    await (await start()).stop();
    await writeFile(join(clusterIn(dataDir).directory, 'postgresql.auto.conf'), 'max_connections = many\n');
    await expect(start()).rejects.toThrow(/last words:.*max_connections/s);
  });

  test('a data directory that is a file', async () => {
    await writeFile(dataDir, '');
    await expect(start()).rejects.toThrow(/cannot be used.*Set DATA_DIR/);
  });

  test('a platform without binaries', async () => {
    await expect(findBinaryPackage('linux-riscv64')).rejects.toThrow(/linux-riscv64.*DATABASE_URL/s);
    await expect(findBinaryPackage('win32-arm64')).rejects.toThrow('DATABASE_URL');
  });
});

describe.runIf(isRoot)('as root', () => {
  test('below a closed directory the data is kept elsewhere, and found again', async () => {
    await chmod(home, 0o700);
    const elsewhere = await mkdtemp(join(tmpdir(), 'tieline-state-'));
    await chmod(elsewhere, 0o755);
    const first = await start({ stateDirectory: elsewhere });
    await addMark(first.connectionString, 'before');
    const place = (await readFile(join(dataDir, 'postgres-location'), 'utf8')).trim();
    expect(dirname(place)).toBe(elsewhere);
    expect(logged.join()).toContain(place);
    await first.stop();
    const second = await start({ stateDirectory: elsewhere });
    expect(await readMarks(second.connectionString)).toEqual(['before']);
    await second.stop();
    await rm(elsewhere, { recursive: true });
    await expect(start()).rejects.toThrow(`${place}, which is gone`);
  });

  test('binaries below a closed directory are copied out, and a thinned copy is completed', async () => {
    const { root, version } = await findBinaryPackage();
    const closed = join(home, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await cp(root, join(closed, 'package'), { recursive: true, verbatimSymlinks: true });
    const prepare = async () =>
      prepareBinaries(
        { root: join(closed, 'package'), version },
        { user: await findServerUser(null), stateDirectory: async () => home },
      );
    const { postgres } = await prepare();
    expect(postgres.startsWith(join(home, `postgres-${version}`))).toBe(true);
    const library = join(dirname(dirname(postgres)), 'lib', 'libssl.so.1.1');
    await rm(library);
    await prepare();
    expect((await stat(library)).isFile()).toBe(true);
  });

  test('an ordinary user is told whose the data is', async () => {
    await copySeed();
    const refused = await startChild({}, NOBODY).outcome;
    expect(refused.message).toMatch(/belongs to another user \(id \d+\).*DATA_DIR/s);
  });

  test('an ordinary user can start it too, and root then serves the data as that user', async () => {
    await chmod(home, 0o777);
    const users = startChild({}, NOBODY);
    await addMark((await users.outcome).connectionString ?? '', 'nobody');
    await users.stop();
    expect((await stat(clusterIn(dataDir).directory)).uid).toBe(NOBODY.uid);
    const { connectionString } = await start();
    expect(await readMarks(connectionString)).toEqual(['nobody']);
  });
});
