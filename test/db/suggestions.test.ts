import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issuesHolding } from '../../src/db/queries/suggestions.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
  await db.database.prisma.$executeRawUnsafe(`
    INSERT INTO groups (id, root_id, full_path, name, checked_at) VALUES (1, 1, 'acme', 'Acme', now())`);
  await db.database.prisma.$executeRawUnsafe(`
    INSERT INTO projects (id, group_id, full_path, name, checked_at, removed_at) VALUES
      (1, 1, 'acme/app', 'App', now(), NULL), (2, 1, 'acme/gone', 'Gone', now(), now())`);
  // The higher the number the later it changed; a rare word stands on the very first.
  await db.database.prisma.$executeRawUnsafe(`
    INSERT INTO issues (id, project_id, iid, title, state, confidential, assignee_ids, gitlab_updated_at, checked_at)
    SELECT n, CASE WHEN n % 1000 = 7 THEN 2 ELSE 1 END, n,
      CASE WHEN n = 3 THEN 'The 100% Zeppelin' WHEN n = 9 THEN 'Zeppelin closed' ELSE 'Invoice ' || n || ' is late' END,
      CASE WHEN n = 9 THEN 'closed' ELSE 'opened' END, false, '{}', '2026-01-01'::timestamptz + n * interval '1 minute',
      now()
    FROM generate_series(1, 5000) n`);
});
afterAll(() => db.drop());

const found = async (text: string, limit = 3) =>
  (await issuesHolding(db.database.read, text, limit)).map(({ reference }) => reference);

describe('issues that hold a text', () => {
  test.each([
    ['nothing typed shows the latest', '', ['acme/app#5000', 'acme/app#4999', 'acme/app#4998']],
    ['a common word shows the latest', 'invoice', ['acme/app#5000', 'acme/app#4999', 'acme/app#4998']],
    ['a letter shows the latest', 'i', ['acme/app#5000', 'acme/app#4999', 'acme/app#4998']],
    ['a rare word is found however long ago, unless it is on a closed issue', 'zeppelin', ['acme/app#3']],
    ['a percent sign stands for itself', '100% z', ['acme/app#3']],
    ['an underscore stands for itself', 'zeppeli_', []],
    ['a path shows the newest there', 'me/app', ['acme/app#5000', 'acme/app#4999', 'acme/app#4998']],
    [
      'a number comes first, then what starts with it',
      'app#300',
      ['acme/app#300', 'acme/app#3000', 'acme/app#3001'],
    ],
    ['a number alone will do', '#4', ['acme/app#4', 'acme/app#40', 'acme/app#41']],
    [
      'a path with # shows the newest there',
      'acme/app#',
      ['acme/app#5000', 'acme/app#4999', 'acme/app#4998'],
    ],
    ['a project that is gone shows nothing', 'gone', []],
    ['a number beyond all is none', '#99999999999', []],
    ['what is no number is none', 'app#x', []],
  ])('%s', async (_name, text, references) => {
    expect(await found(text)).toEqual(references);
  });

  test('each is there once', async () => {
    const all = await found('app', 60);
    expect(new Set(all).size).toBe(all.length);
  });
});
