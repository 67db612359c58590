import { describe, expect, test } from 'vitest';
import type { ApiNote } from '../../src/gitlab/client/responses.ts';
import { originOf } from '../../src/gitlab/issue-origin.ts';

const AT = new Date('2026-11-20T10:00:00Z');

const note = (id: number, body: string, system = true) =>
  ({ id: BigInt(id), body, system, created_at: AT, updated_at: AT }) as ApiNote;

describe('where an issue came from', () => {
  test.each([
    ['moved from globex/portal#4', { kind: 'moved', project: 'globex/portal', iid: 4 }],
    ['cloned from website#12', { kind: 'cloned', project: 'acme/website', iid: 12 }],
    ['cloned from #3', { kind: 'cloned', project: 'acme/app', iid: 3 }],
    ['moved from acme/platform/infra/ops#1', { kind: 'moved', project: 'acme/platform/infra/ops', iid: 1 }],
  ])('is told by "%s"', (body, told) => {
    expect(originOf([note(7, body)], 'acme/app')).toMatchObject({ ...told, noteId: 7n, at: AT });
  });

  test.each([
    'moved to website#1',
    'cloned to #3',
    'mentioned in issue #3',
    'moved from #0',
    'moved from\n#1',
    'I moved from #3',
  ])('is not told by "%s"', (body) => {
    expect(originOf([note(7, body)], 'acme/app')).toBeNull();
  });

  test('is not told by what a person wrote', () => {
    expect(originOf([note(7, 'moved from #3', false)], 'acme/app')).toBeNull();
  });

  test('is the last one of an issue that was moved on and on', () => {
    const notes = [note(9, 'moved from website#2'), note(4, 'moved from #1')];
    expect(originOf(notes, 'acme/app')).toMatchObject({ project: 'acme/website', iid: 2 });
    expect(originOf(notes.toReversed(), 'acme/app')).toMatchObject({ project: 'acme/website', iid: 2 });
  });
});
