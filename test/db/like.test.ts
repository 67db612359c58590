import { afterAll, describe, expect, test } from 'vitest';
import { escapeLike } from '../../src/db/like.ts';
import { testDatabase } from '../support/database.ts';

describe('escapeLike', async () => {
  const { database, drop } = await testDatabase();
  afterAll(drop);

  test.each([
    ['a percent sign stands for itself', '100%', '100 percent'],
    ['an underscore stands for itself', 'c_se', 'case'],
    ['a backslash stands for itself', 'a\\b', 'ab'],
    ['a backslash before a wildcard does not free it', '\\%', '\\anything'],
    ['a quote is left alone', "O'Neill", 'ONeill'],
  ])('%s', async (_name, text, other) => {
    const pattern = `%${escapeLike(text)}%`;
    const [row] = await database.prisma.$queryRaw<{ itself: boolean; other: boolean }[]>`
      SELECT ${`<${text}>`} ILIKE ${pattern} AS itself, ${`<${other}>`} ILIKE ${pattern} AS other`;
    expect(row).toEqual({ itself: true, other: false });
  });
});
