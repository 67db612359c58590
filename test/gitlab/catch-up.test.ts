import { describe, expect, test } from 'vitest';
import { gitLabUserId, issueId, projectId } from '../../src/domain/ids.ts';
import { type CatchUpDeps, createCatchUp } from '../../src/gitlab/catch-up.ts';
import type { ApiIssue, ApiNote } from '../../src/gitlab/client/responses.ts';
import type { DirectoryIssue } from '../../src/services/ports.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute));
const PIA = gitLabUserId(7);

const note = (id: number, body: string, fields: Partial<ApiNote> = {}): ApiNote => ({
  id: BigInt(id),
  body,
  author: { id: PIA },
  system: false,
  noteable_type: 'Issue',
  created_at: at(id),
  updated_at: at(id),
  ...fields,
});

const RAW = {
  id: issueId(301),
  iid: 3,
  project_id: projectId(5),
  title: 'Late',
  description: '/crm add in the description',
  state: 'opened',
  author: { id: PIA },
  created_at: at(0),
  updated_at: at(30),
} as ApiIssue;

const ISSUE = {
  id: RAW.id,
  iid: 3,
  project: { id: projectId(5), fullPath: 'acme/app', name: 'App', hierarchy: null },
} as unknown as DirectoryIssue;

/** What is carried out of these notes, in order. */
async function carriedOut(
  notes: readonly ApiNote[],
  {
    before = null,
    since = at(0),
    ...deps
  }: Partial<CatchUpDeps> & { before?: bigint | null; since?: Date } = {},
): Promise<string[]> {
  const done: string[] = [];
  const catchUp = createCatchUp({
    client: {
      issue: async () => null,
      latestNotes: async (_issue, limit) => notes.toReversed().slice(0, limit),
      discussionOf: async () => null,
      wasNoteEdited: async () => true,
    },
    directory: {
      user: async (id) => ({ id, username: 'pia', name: 'Pia', active: true, bot: id === gitLabUserId(9) }),
      project: async () => null,
      issue: async () => null,
    },
    botUser: async () => ({ id: gitLabUserId(999), username: 'tieline' }),
    mayHoldCommands: (text) => text.startsWith('/crm'),
    answerComment: async ({ commentKey }) => {
      done.push(commentKey);
      return { tone: 'ok', title: 'Done', blocks: [], visibility: 'public' };
    },
    recordIssue: async () => {},
    followMoves: async () => ({ carried: 0, dropped: 0 }),
    followClone: async () => ({ carried: 0, dropped: 0 }),
    linkServiceDesk: async () => 0,
    listAnswered: async () => new Set(),
    heardSince: async () => null,
    ...deps,
  });
  await catchUp.comments({ raw: RAW, issue: ISSUE }, { since, before, deliveryKey: 'd' });
  return done;
}

describe('what no hook has told of', () => {
  test('is the description first, then the comments as they were written', async () => {
    expect(await carriedOut([note(1, '/crm add a'), note(2, 'talk'), note(3, '/crm add b')])).toEqual([
      'issue:301',
      'note:1',
      'note:3',
    ]);
  });

  test('is not a description that somebody has changed: it may have been another than its author', async () => {
    const edited = note(2, 'changed the description', { system: true });
    expect(await carriedOut([note(1, '/crm add a'), edited])).toEqual(['note:1']);
  });

  test('is not a comment that was changed since it was written', async () => {
    const notes = [note(1, '/crm add a', { updated_at: at(9) }), note(2, '/crm add b')];
    expect(await carriedOut(notes)).toEqual(['issue:301', 'note:2']);
  });

  test('is a comment that got a reaction and was never changed, if GitLab says so', async () => {
    const reacted = [note(1, '/crm add a', { updated_at: at(9) })];
    const told = (wasEdited: boolean | null) => ({
      issue: async () => null,
      latestNotes: async () => reacted,
      discussionOf: async () => null,
      wasNoteEdited: async () => wasEdited,
    });
    expect(await carriedOut(reacted, { client: told(false) })).toEqual(['issue:301', 'note:1']);
    expect(await carriedOut(reacted, { client: told(true) })).toEqual(['issue:301']);
    expect(await carriedOut(reacted, { client: told(null) })).toEqual(['issue:301']);
  });

  test('is not a comment that was changed at once, as a program does, and one of two times that are nearly one is', async () => {
    const changed = (ms: number) => ({ updated_at: new Date(at(1).getTime() + ms) });
    expect(await carriedOut([note(1, '/crm add a', changed(300))])).toEqual(['issue:301']);
    expect(await carriedOut([note(1, '/crm add a', changed(3))])).toEqual(['issue:301', 'note:1']);
  });

  test('is nothing by a bot or by itself', async () => {
    const notes = [9, 999].map((id) => note(id, '/crm add a', { author: { id: gitLabUserId(id) } }));
    expect(await carriedOut(notes)).toEqual(['issue:301']);
  });

  test('is nothing that has been dealt with', async () => {
    const listAnswered = async () => new Set(['note:1', 'issue:301']);
    expect(await carriedOut([note(1, '/crm add a'), note(2, '/crm add b')], { listAnswered })).toEqual([
      'note:2',
    ]);
  });

  test('is only what was written before the comment in hand', async () => {
    expect(await carriedOut([note(1, '/crm add a'), note(2, '/crm add b')], { before: 2n })).toEqual([
      'issue:301',
      'note:1',
    ]);
  });

  test('is nothing from before the first hook that was ever received', async () => {
    const notes = [note(1, '/crm add a'), note(8, '/crm add b')];
    expect(await carriedOut(notes, { heardSince: async () => at(5) })).toEqual(['note:8']);
    expect(await carriedOut(notes, { since: at(9), heardSince: async () => at(5) })).toEqual([]);
  });

  test('is no copy of a comment that came along from another issue', async () => {
    const notes = [
      note(20, '/crm add a', { created_at: at(1), updated_at: at(1) }),
      note(21, 'moved from website#1', { system: true, created_at: at(2), updated_at: at(2) }),
      note(22, '/crm add late copy', { created_at: at(1), updated_at: at(1) }),
      note(23, '/crm add b', { created_at: at(3), updated_at: at(3) }),
    ];
    expect(await carriedOut(notes)).toEqual(['note:23']);
  });
});

describe('in a long burst', () => {
  const burst = (length: number) =>
    Array.from({ length }, (_, index) => note(index + 1, index < 5 ? '/crm add a' : 'talk'));

  test('what was written before a comment is found under hundreds that came after it', async () => {
    const found = await carriedOut(burst(900), { before: 5n });
    expect(found).toEqual(['issue:301', 'note:1', 'note:2', 'note:3', 'note:4']);
  });

  test('a comment that more than a thousand followed is left to its hook', async () => {
    expect(await carriedOut(burst(1_200), { before: 5n })).toEqual([]);
  });

  test('a sweep finds all since it was last made, and reads no further', async () => {
    const all = ['issue:301', ...[1, 2, 3, 4, 5].map((id) => `note:${id}`)];
    expect(await carriedOut(burst(900))).toEqual(all);
    const limits: number[] = [];
    const notes = burst(900);
    const latestNotes: CatchUpDeps['client']['latestNotes'] = async (_issue, limit) => {
      limits.push(limit);
      return notes.toReversed().slice(0, limit);
    };
    const client = {
      issue: async () => null,
      latestNotes,
      discussionOf: async () => null,
      wasNoteEdited: async () => true,
    };
    expect(await carriedOut(notes, { client, since: at(850) })).toEqual([]);
    expect(limits).toEqual([100]);
  });
});
