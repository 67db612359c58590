import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { projectId } from '../../../src/domain/ids.ts';
import { suggestIssues } from '../../../src/services/issues/suggest-issues.ts';
import { type Name, type Stage, startStage } from '../../support/services.ts';

const MANY = 100;
let stage: Stage;
let ids: Record<'app' | 'portal', bigint>;

beforeAll(async () => {
  stage = await startStage();
  const idOf = async (path: string) => {
    const project = await stage.deps.directory.project(path);
    if (!project) throw new Error(`no project ${path}`);
    return project.id;
  };
  ids = { app: await idOf('acme/app'), portal: await idOf('globex/portal') };
});
afterAll(() => stage.close());

beforeEach(async () => {
  await stage.db.empty();
  await project(ids.app, 'acme/app');
  await project(ids.portal, 'globex/portal');
});

const project = (id: bigint, fullPath: string) =>
  stage.db.database.prisma.project.create({
    data: { id: projectId(id), fullPath, name: fullPath, checkedAt: stage.clock.now },
  });

/** The higher the number, the later it changed. */
const issue = (projectId: bigint, n: number, more: { confidential?: boolean; authorId?: bigint } = {}) => ({
  id: BigInt(n),
  projectId,
  iid: n,
  title: `Zeppelin ${n}`,
  state: 'opened',
  assigneeIds: [],
  confidential: false,
  gitlabUpdatedAt: new Date(stage.clock.now.getTime() + n * 60_000),
  checkedAt: stage.clock.now,
  ...more,
});
const record = (data: ReturnType<typeof issue>[]) => stage.db.database.prisma.issue.createMany({ data });
const others = (make: (n: number) => ReturnType<typeof issue>) =>
  record(Array.from({ length: MANY }, (_, n) => make(n + 100)));

const suggested = async (name: Name, text: string) =>
  (await suggestIssues(stage.deps, stage.actor(name), { text, limit: 30 })).map(({ reference }) => reference);

const TEXTS = ['', 'z', 'zeppelin', 'Zeppelin 9', '#9'];

describe('the one issue that somebody may read is suggested behind a hundred newer ones', () => {
  test.each(TEXTS)('of another company’s project, for the text “%s”', async (text) => {
    await record([issue(ids.portal, 9)]);
    await others((n) => issue(ids.app, text === '' || !/9/.test(text) ? n : 900 + n, {}));
    expect(await suggested('nina', text)).toEqual(['globex/portal#9']);
  });

  test('of a hundred other projects', async () => {
    await record([issue(ids.portal, 9)]);
    const { prisma } = stage.db.database;
    await prisma.project.createMany({
      data: Array.from({ length: MANY }, (_, n) => ({
        id: BigInt(800_000 + n),
        fullPath: `elsewhere/p${n}`,
        name: 'Elsewhere',
        checkedAt: stage.clock.now,
      })),
    });
    await others((n) => issue(BigInt(800_000 + n - 100), n));
    expect(await suggested('nina', 'zeppelin')).toEqual(['globex/portal#9']);
  });

  test.each(TEXTS)('that are confidential, for the text “%s”', async (text) => {
    await record([issue(ids.app, 9)]);
    await others((n) => issue(ids.app, 900 + n, { confidential: true }));
    expect(await suggested('gus', text)).toEqual(['acme/app#9']);
  });

  test('that are confidential and all but one by others', async () => {
    const { userId } = stage.actor('gus');
    await record([issue(ids.app, 9, { confidential: true, authorId: userId })]);
    await others((n) => issue(ids.app, n, { confidential: true }));
    expect(await suggested('gus', 'zeppelin')).toEqual(['acme/app#9']);
  });
});

test('nothing is suggested to somebody who may read none of a hundred', async () => {
  await others((n) => issue(ids.app, n));
  expect(await suggested('nina', 'zeppelin')).toEqual([]);
});

test('whoever may read all of them sees the latest, each once', async () => {
  await others((n) => issue(ids.app, n));
  const found = await suggested('pia', 'zeppelin');
  expect(found).toHaveLength(30);
  expect(new Set(found).size).toBe(30);
  expect(found[0]).toBe('acme/app#199');
});
