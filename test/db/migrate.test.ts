import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { migrate, migrationStatus } from '../../src/db/migrate.ts';
import { MIGRATIONS_DIRECTORY, readMigrations } from '../../src/db/migration-files.ts';
import { asDatabase, runOn } from '../support/databases.ts';

const { serverUrl } = inject('databaseTemplate');
const ours = (await readMigrations(MIGRATIONS_DIRECTORY)).map(({ name }) => name);

let name: string;
let url: string;
let directory: string;

beforeEach(async () => {
  name = `tieline_migrate_${randomBytes(6).toString('hex')}`;
  url = asDatabase(serverUrl, name);
  await runOn(serverUrl, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  directory = await mkdtemp(join(tmpdir(), 'tieline-migrations-'));
});

afterEach(async () => {
  await runOn(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  await rm(directory, { recursive: true });
});

async function addMigration(migration: string, script: string): Promise<void> {
  await mkdir(join(directory, migration));
  await writeFile(join(directory, migration, 'migration.sql'), script);
}

const relations = async () => {
  const [result] = await runOn(
    url,
    `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`,
  );
  return result?.rows.map((row) => row.relname);
};

describe('migrate', () => {
  test('an empty database gets everything, and the second time nothing', async () => {
    expect(await migrationStatus(url)).toEqual({ pending: ours, unknown: [] });
    expect(await migrate(url)).toEqual({ applied: ours });
    expect(await migrate(url)).toEqual({ applied: [] });
    expect(await migrationStatus(url)).toEqual({ pending: [], unknown: [] });
    expect(await relations()).toContain('contacts');
  });

  test('a database with data keeps it and gets what is new', async () => {
    await migrate(url);
    const insert = `INSERT INTO groups (id, root_id, full_path, name, checked_at) VALUES (1, 1, 'acme', 'Acme', now())`;
    await runOn(url, insert);
    await cp(MIGRATIONS_DIRECTORY, directory, { recursive: true });
    await addMigration(
      '29990101000000_later',
      `ALTER TABLE groups ADD COLUMN motto text NOT NULL DEFAULT 'none';`,
    );
    expect(await migrate(url, directory)).toEqual({ applied: ['29990101000000_later'] });
    const [groups] = await runOn(url, 'SELECT name, motto FROM groups');
    expect(groups?.rows).toEqual([{ name: 'Acme', motto: 'none' }]);
  });

  test('several processes at once apply each migration once', async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => migrate(url)));
    expect(results.flatMap(({ applied }) => applied)).toEqual(ours);
  });

  test('a database that a newer Tieline changed is refused and left alone', async () => {
    await migrate(url);
    await runOn(
      url,
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '29990101000000_later', now())`,
    );
    await addMigration('29980101000000_ours', 'CREATE TABLE ours ();');
    await cp(MIGRATIONS_DIRECTORY, directory, { recursive: true });
    const refusal = expect.objectContaining({
      name: 'DatabaseNewerError',
      migration: '29990101000000_later',
    });
    await expect(migrate(url, directory)).rejects.toEqual(refusal);
    await expect(migrate(url)).rejects.toThrow(/29990101000000_later.*Run that version or a later one/s);
    expect((await migrationStatus(url)).unknown).toEqual(['29990101000000_later']);
    expect(await relations()).not.toContain('ours');
  });

  test('one that fails is named with its line and PostgreSQL says why, and nothing of any is left', async () => {
    await addMigration('29980101000000_fine', 'CREATE TABLE fine ();');
    await addMigration('29990101000000_broken', 'CREATE TABLE half ();\n\nCREATE TABEL rest ();');
    await expect(migrate(url, directory)).rejects.toThrow(
      /29990101000000_broken failed \(line 3\): syntax error at or near "TABEL"/,
    );
    expect(await relations()).toEqual([]);
    await writeFile(join(directory, '29990101000000_broken', 'migration.sql'), 'CREATE TABLE mended ();');
    await migrate(url, directory);
    expect(await relations()).toEqual(['_prisma_migrations', 'fine', 'mended']);
  });

  test('a process that is cut off in the middle leaves nothing and the next one does it all', async () => {
    const cut = 'SELECT pg_terminate_backend(pg_backend_pid());';
    await addMigration('29990101000000_cut', `CREATE TABLE half (); ${cut}`);
    await expect(migrate(url, directory)).rejects.toThrow('29990101000000_cut');
    await writeFile(join(directory, '29990101000000_cut', 'migration.sql'), 'CREATE TABLE whole ();');
    expect(await migrate(url, directory)).toEqual({ applied: ['29990101000000_cut'] });
    expect(await relations()).toEqual(['_prisma_migrations', 'whole']);
  });

  test('semicolons inside of functions and texts do not cut a migration', async () => {
    await addMigration(
      '29990101000000_function',
      `CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN n := n; RETURN 2 * n; END $$;
       CREATE TABLE texts AS SELECT 'one; two' AS text;`,
    );
    await migrate(url, directory);
    const [result] = await runOn(url, 'SELECT twice(21), text FROM texts');
    expect(result?.rows).toEqual([{ twice: 42, text: 'one; two' }]);
  });

  test('a database with another encoding is refused', async () => {
    await runOn(
      serverUrl,
      `DROP DATABASE ${name}`,
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc`,
    );
    await expect(migrate(url)).rejects.toThrow(/encoding is LATIN1.*UTF8/s);
  });

  test('a server that does not answer is named without its password', async () => {
    const attempt = migrate('postgresql://tieline:secret@127.0.0.1:1/crm');
    await expect(attempt).rejects.toThrow(/127\.0\.0\.1:1\/crm cannot be reached: connect ECONNREFUSED/);
    await expect(attempt).rejects.not.toThrow('secret');
  });
});
