import { afterAll, beforeAll, expect, test } from 'vitest';
import { groupId, projectId } from '../../../src/domain/ids.ts';
import type { DirectoryGroup, DirectoryHierarchy, DirectoryProject } from '../../../src/services/ports.ts';
import { recordHierarchy } from '../../../src/services/transfers/record-hierarchy.ts';
import { recordPlace } from '../../../src/services/transfers/record-place.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

const second = (sec: number): Date => new Date(Date.UTC(2026, 10, 20, 12, 0, sec));
const LATE = second(50);

const group = (id: number, fullPath: string, parent: number | null, asOf: Date): DirectoryGroup => ({
  id: groupId(id),
  parentId: parent === null ? null : groupId(parent),
  fullPath,
  name: fullPath,
  asOf,
});

const record = (chain: readonly DirectoryGroup[]) =>
  db.database.transaction((tx) => recordHierarchy({ tx, now: LATE, actor: null }, chain));
const place = (project: DirectoryProject) =>
  db.database.transaction((tx) => recordPlace({ tx, now: LATE, actor: null }, project));
const pathOf = async (id: number) =>
  (await db.database.prisma.group.findUniqueOrThrow({ where: { id: BigInt(id) } })).fullPath;
const projectOf = async (id: number) => {
  const row = await db.database.prisma.project.findUniqueOrThrow({ where: { id: BigInt(id) } });
  return [row.fullPath, row.groupId];
};

test('an answer that was asked for before a move does not undo it when it comes later', async () => {
  const roots = [group(1, 'one', null, second(0)), group(2, 'two', null, second(0))];
  for (const root of roots) await record([root]);
  await record([group(3, 'one/team', 1, second(1)), group(1, 'one', null, second(1))]);
  await record([group(3, 'two/team', 2, second(20)), group(2, 'two', null, second(20))]);
  expect(await pathOf(3)).toBe('two/team');
  const made = await db.database.prisma.transfer.count();
  await record([group(3, 'one/team', 1, second(10)), group(1, 'one', null, second(10))]);
  expect(await pathOf(3)).toBe('two/team');
  expect(await db.database.prisma.transfer.count()).toBe(made);
  await record([group(3, 'one/team', 1, second(30)), group(1, 'one', null, second(30))]);
  expect(await pathOf(3)).toBe('one/team');
});

test('nor a rename, nor a project that has moved on', async () => {
  const home = (path: string, asOf: Date): DirectoryHierarchy => ({ chain: [group(11, path, null, asOf)] });
  const project = (path: string, at: DirectoryHierarchy, asOf: Date): DirectoryProject => ({
    id: projectId(21),
    fullPath: path,
    name: 'p',
    hierarchy: at,
    asOf,
  });
  const away = { chain: [group(12, 'away', null, second(5))] } as const;
  await place(project('old/p', home('old', second(0)), second(0)));
  await place(project('new/p', home('new', second(20)), second(20)));
  await place(project('old/p', home('old', second(10)), second(10)));
  expect([await pathOf(11), await projectOf(21)]).toEqual(['new', ['new/p', 11n]]);
  await place(project('away/p', away, second(30)));
  await place(project('new/p', home('new', second(25)), second(25)));
  expect(await projectOf(21)).toEqual(['away/p', 12n]);
});

test('a rename that only a hierarchy tells of reaches everything below', async () => {
  await record([group(32, 'root/sub', 31, second(0)), group(31, 'root', null, second(0))]);
  const below = {
    chain: [group(32, 'root/sub', 31, second(0)), group(31, 'root', null, second(0))],
  } as const;
  const project = { id: projectId(41), fullPath: 'root/sub/p', name: 'p', hierarchy: below, asOf: second(0) };
  await place(project);
  await record([group(31, 'trunk', null, second(9))]);
  expect([await pathOf(31), await pathOf(32), await projectOf(41)]).toEqual([
    'trunk',
    'trunk/sub',
    ['trunk/sub/p', 32n],
  ]);
});
