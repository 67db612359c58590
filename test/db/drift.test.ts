import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { createFromSchema } from '../../scripts/create-from-schema.ts';
import { findDrift } from '../../scripts/schema-drift.ts';
import { asDatabase, cloneDatabase, runOn } from '../support/databases.ts';

const { serverUrl, name: template } = inject('databaseTemplate');
const suffix = randomBytes(6).toString('hex');
const migratedName = `tieline_migrated_${suffix}`;
const schemaName = `tieline_schema_${suffix}`;
const migrations = new pg.Client(asDatabase(serverUrl, migratedName));
const schema = new pg.Client(asDatabase(serverUrl, schemaName));

beforeAll(async () => {
  await cloneDatabase(serverUrl, template, migratedName);
  await runOn(serverUrl, `CREATE DATABASE ${schemaName} TEMPLATE template0 ENCODING 'UTF8'`);
  await createFromSchema(asDatabase(serverUrl, schemaName), await readFile('prisma/schema.prisma', 'utf8'));
  await Promise.all([migrations.connect(), schema.connect()]);
});

afterAll(async () => {
  await Promise.all([migrations.end(), schema.end()]);
  await runOn(
    serverUrl,
    `DROP DATABASE ${migratedName} WITH (FORCE)`,
    `DROP DATABASE ${schemaName} WITH (FORCE)`,
  );
});

beforeEach(async () => {
  await migrations.query('BEGIN');
});

afterEach(async () => {
  await migrations.query('ROLLBACK');
});

test('the schema and the migrations of this program agree', async () => {
  expect(await findDrift({ migrations, schema })).toEqual([]);
});

test.each([
  ['a missing column', 'ALTER TABLE groups DROP COLUMN name', 'column groups.name is in the schema only'],
  ['a column too many', 'ALTER TABLE groups ADD motto text', 'column groups.motto is in the migrations only'],
  ['another type', 'ALTER TABLE groups ALTER name TYPE varchar(9)', 'column groups.name differs'],
  [
    'a default that is gone',
    'ALTER TABLE contacts ALTER active DROP DEFAULT',
    'column contacts.active differs',
  ],
  [
    'a value that may be missing',
    'ALTER TABLE groups ALTER name DROP NOT NULL',
    'column groups.name differs',
  ],
  [
    'an index of plain columns',
    'CREATE INDEX extra ON groups (name)',
    'index extra is in the migrations only',
  ],
  [
    'a missing index',
    'DROP INDEX outbox_dedupe_key_key',
    'index outbox_dedupe_key_key is in the schema only',
  ],
  [
    'a missing foreign key',
    'ALTER TABLE contacts DROP CONSTRAINT contacts_crm_group_id_fkey',
    'foreign key contacts_crm_group_id_fkey is in the schema only',
  ],
])('%s is told', async (_name, change, told) => {
  await migrations.query(change);
  expect((await findDrift({ migrations, schema })).join('\n')).toContain(told);
});

test.each([
  ['an index on an expression', 'CREATE INDEX extra ON groups (lower(name))'],
  ['an index on some rows', 'CREATE INDEX extra ON groups (name) WHERE removed_at IS NULL'],
  ['a generated column', 'ALTER TABLE groups ADD folded text GENERATED ALWAYS AS (lower(name)) STORED'],
  ['a check', `ALTER TABLE groups ADD CHECK (name <> 'x')`],
])('%s, for which Prisma has no words, is let be', async (_name, change) => {
  await migrations.query(change);
  expect(await findDrift({ migrations, schema })).toEqual([]);
});
