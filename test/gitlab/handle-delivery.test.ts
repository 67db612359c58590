import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/commands/reply.ts';
import { gitLabUserId } from '../../src/domain/ids.ts';
import type { CatchUp } from '../../src/gitlab/catch-up-contract.ts';
import { createGitLabClient } from '../../src/gitlab/client/client.ts';
import { createDirectory } from '../../src/gitlab/directory.ts';
import { createDeliveryHandler } from '../../src/gitlab/handle-delivery.ts';
import type { DeliveryHandlerDeps, IncomingComment } from '../../src/gitlab/handler-types.ts';
import type { ReplyMessage } from '../../src/gitlab/reply-message.ts';
import type { DirectoryIssue } from '../../src/services/ports.ts';
import { sample, sampleWith } from './hook-samples.ts';
import { keptLog } from './kept-log.ts';

const TEXT = '@tieline add_contacts [contact:ada@example.com]';
const WRITTEN = '2026-05-28T06:14:44.830Z';
const REPLY: Reply = { tone: 'ok', title: 'Added', blocks: [], visibility: 'public' };
const NOTE = {
  id: 1241,
  body: TEXT,
  author: { id: 7 },
  system: false,
  noteable_type: 'Issue',
  internal: false,
  created_at: WRITTEN,
  updated_at: WRITTEN,
};
const ISSUE = {
  id: 301,
  iid: 3,
  project_id: 5,
  title: 'Login fails',
  description: 'It does.',
  state: 'opened',
  confidential: false,
  author: { id: 7 },
  created_at: WRITTEN,
  updated_at: WRITTEN,
};

/** A handler over a GitLab that answers from a table, with a record of all it did. */
function setup(changes: Record<string, unknown> = {}, deps: Partial<DeliveryHandlerDeps<string>> = {}) {
  const answers: Record<string, unknown> = {
    '/projects/5/issues/3/notes/1241': NOTE,
    '/projects/5/issues/3': ISSUE,
    '/projects/5': {
      id: 5,
      name: 'App',
      path_with_namespace: 'acme/app',
      namespace: { id: 2, kind: 'group' },
    },
    '/groups/2': { id: 2, name: 'Acme', full_path: 'acme', parent_id: null },
    '/users/7': { id: 7, username: 'dev', name: 'Dev', state: 'active', bot: false },
    ...changes,
  };
  const asked: string[] = [];
  const fetch = async (input: unknown) => {
    const path = new URL(String(input)).pathname.replace('/api/v4', '');
    asked.push(path);
    const answer = answers[path];
    const status = answer === undefined ? 404 : typeof answer === 'number' ? answer : 200;
    return new Response(JSON.stringify(answer ?? {}), {
      status,
      headers: { 'content-type': 'application/json' },
    });
  };
  const log = keptLog();
  const client = createGitLabClient({
    url: 'https://gitlab.test',
    token: 't',
    log,
    fetch: fetch as typeof globalThis.fetch,
  });
  const comments: IncomingComment[] = [];
  const recorded: DirectoryIssue[] = [];
  const enqueued: [string, ReplyMessage][] = [];
  const handle = createDeliveryHandler<string>({
    client,
    directory: createDirectory({ client }),
    botUser: async () => ({ id: gitLabUserId(999), username: 'tieline' }),
    mayHoldCommands: (text) => text.includes('add_contacts'),
    answerComment: async (comment) => {
      comments.push(comment);
      return REPLY;
    },
    recordIssue: async (issue) => recorded.push(issue),
    followMoves: async () => ({ carried: 0, dropped: 0 }),
    catchUp: {
      comments: async () => ({ comments: 0, mailed: 0, carried: 0, dropped: 0 }),
      mail: async () => 0,
      origin: async () => null,
      hasTexts: async () => false,
    },
    enqueueReply: async (tx, message) => enqueued.push([tx, message]),
    log,
    clock: () => Date.parse(WRITTEN) + 5_000,
    ...deps,
  });
  const run = (body: Buffer | null, source = 'gitlab') =>
    handle(
      { id: 1n, source, key: 'key-1', kind: 'any', headers: {}, body, attempt: 1 },
      new AbortController().signal,
    );
  return { run, handle, asked, comments, recorded, enqueued };
}

describe('a new comment', () => {
  test('that somebody reacted to before it was read is answered like any other', async () => {
    const { run } = setup({
      '/projects/5/issues/3/notes/1241': { ...NOTE, updated_at: '2026-05-28T06:14:50.000Z' },
      '/api/graphql': { data: { note: { lastEditedBy: null } } },
    });
    expect((await run(sample('note-create'))).outcome).toBe('answered note:1241');
  });

  test('is read again, and its commands run as its author', async () => {
    const { run, comments } = setup();
    const { outcome } = await run(sampleWith('note-create', {}, { user: { id: 1, username: 'root' } }));
    expect(outcome).toBe('answered note:1241');
    expect(comments).toHaveLength(1);
    expect(comments[0]).toMatchObject({
      deliveryKey: 'key-1',
      commentKey: 'note:1241',
      author: { username: 'dev' },
      noteId: 1241n,
      discussionId: '6a9c1750b37d513a43987b574953fceb50b03ce7',
      internal: false,
      markdown: TEXT,
      place: 'comment',
    });
    expect(comments[0]?.issue.project.hierarchy?.chain[0].fullPath).toBe('acme');
  });

  test('is answered by one message, written in the given transaction', async () => {
    const { run, enqueued } = setup();
    const { write } = await run(sample('note-create'));
    expect(enqueued).toEqual([]);
    await write?.('tx');
    expect(enqueued).toHaveLength(1);
    const [tx, message] = enqueued[0] ?? [];
    expect(tx).toBe('tx');
    expect(message).toMatchObject({
      dedupeKey: 'gitlab.reply:note:1241',
      lane: 'gitlab:issue:301',
      payload: { projectId: '5', iid: 3, internal: false, reply: REPLY },
    });
    expect(JSON.parse(JSON.stringify(message))).toEqual(message);
  });

  test('without an action, as older GitLab sends it, counts as new', async () => {
    const old = { ...NOTE, body: '/add_contacts ada@example.com', noteable_type: 'Issue' };
    const { run, comments } = setup({ '/projects/5/issues/3/notes/1241': old });
    await run(sample('note-create-old'));
    expect(comments).toHaveLength(1);
  });

  test.each([
    ['an internal comment', { ...NOTE, internal: true }, ISSUE],
    [
      'an internal comment of GitLab before 15.3',
      { ...NOTE, internal: undefined, confidential: true },
      ISSUE,
    ],
    ['a comment on a confidential issue', NOTE, { ...ISSUE, confidential: true }],
  ])('that is %s is answered internally', async (_name, note, issue) => {
    const { run, enqueued } = setup({
      '/projects/5/issues/3/notes/1241': note,
      '/projects/5/issues/3': issue,
    });
    await (await run(sample('note-create'))).write?.('tx');
    expect(enqueued[0]?.[1].payload.internal).toBe(true);
  });

  test('whose commands turn out to be none is not answered', async () => {
    const { run } = setup({}, { answerComment: async () => null });
    const { outcome, write } = await run(sample('note-create'));
    expect(outcome).toBe('stored, nothing to do: no command');
    expect(write).toBeUndefined();
  });
});

describe('GitLab is not even asked about', () => {
  test.each([
    ['ordinary talk', sampleWith('note-create', { note: 'Looks good' }), 'no command'],
    ['an edit', sample('note-internal-update'), 'an edit'],
    ['an action of the future', sampleWith('note-create', { action: 'destroy' }), 'not a new comment'],
    ['a system note', sampleWith('note-create', { system: true }), 'a system note'],
    ['a comment on a merge request', sample('note-merge-request'), 'not a comment on an issue of a project'],
    [
      'a note without its text',
      sampleWith('note-create', { note: null }),
      'not a note hook as GitLab sends it',
    ],
    ['an epic', sample('work-item-group'), 'a work item of a group'],
  ])('%s', async (_name, body, why) => {
    const { run, asked, comments } = setup();
    expect((await run(body)).outcome).toBe(`stored, nothing to do: ${why}`);
    expect([asked, comments]).toEqual([[], []]);
  });

  test.each([
    ['a custom template', sample('custom-template'), 'gitlab', 'it names no event of GitLab'],
    ['a comment told by a system hook', sample('note-create'), 'gitlab-system', 'nothing hangs on note here'],
    ['a body whose time has passed', null, 'gitlab', 'its body is no longer kept'],
  ])('%s', async (_name, body, source, why) => {
    const { run, asked } = setup();
    expect((await run(body, source)).outcome).toBe(`stored, nothing to do: ${why}`);
    expect(asked).toEqual([]);
  });
});

test('a comment on a work item is one on an issue, whichever way the hook names it', async () => {
  const { issue, ...rest } = JSON.parse(sample('note-create').toString('utf8')) as { issue: object };
  const { run, comments } = setup();
  const hook = {
    ...rest,
    object_attributes: { ...(rest as { object_attributes?: object }).object_attributes },
  };
  for (const named of [{ issue }, { work_item: issue }, { issue: null, work_item: issue }]) {
    const attributes = { ...hook.object_attributes, noteable_type: 'WorkItem' };
    await run(Buffer.from(JSON.stringify({ ...hook, ...named, object_attributes: attributes })));
  }
  expect(comments).toHaveLength(3);
});

describe('no command runs of', () => {
  const editedBy = (lastEditedBy: object | null) => ({
    '/api/graphql': { data: { note: { lastEditedBy } } },
  });
  const noteIs = (more: object) => ({ '/projects/5/issues/3/notes/1241': { ...NOTE, ...more } });

  test.each([
    [
      'a comment that is gone',
      { '/projects/5/issues/3/notes/1241': undefined },
      'the comment is gone or not visible',
    ],
    [
      'a comment whose issue is gone',
      { '/projects/5/issues/3': undefined },
      'the issue is gone or not visible',
    ],
    [
      'a comment that GitLab knows with another text',
      noteIs({ body: 'hello' }),
      'edited since it was written',
    ],
    [
      'a comment changed later',
      noteIs({ updated_at: '2026-05-28T06:14:50.000Z' }),
      'edited since it was written',
    ],
    [
      'a comment that somebody changed, by GraphQL',
      { ...noteIs({ updated_at: '2026-05-28T06:14:50.000Z' }), ...editedBy({ id: 'gid://gitlab/User/9' }) },
      'edited since it was written',
    ],
    ['a system note, whatever the hook says', noteIs({ system: true }), 'a system note'],
    [
      'a note on something else',
      noteIs({ noteable_type: 'Commit' }),
      'not a comment on an issue of a project',
    ],
    ['its own comment', noteIs({ author: { id: 999 } }), 'its own comment'],
    ['an author who is gone', { '/users/7': undefined }, 'the author is gone'],
    [
      'another bot',
      { '/users/7': { id: 7, username: 'b', name: 'b', state: 'active', bot: true } },
      "a bot's comment",
    ],
  ])('%s', async (_name, changes, why) => {
    const { run, comments } = setup(changes);
    expect((await run(sample('note-create'))).outcome).toBe(`stored, nothing to do: ${why}`);
    expect(comments).toEqual([]);
  });

  test('anything while GitLab gives no answer: the failure is let through, to be tried again', async () => {
    const { run } = setup({ '/projects/5/issues/3/notes/1241': 401 });
    await expect(run(sample('note-create'))).rejects.toMatchObject({ code: 'unavailable.gitlab' });
  });

  test('a delivery whose worker is stopping', async () => {
    const { handle, asked } = setup();
    const delivery = {
      id: 1n,
      source: 'gitlab',
      key: 'k',
      kind: 'note',
      headers: {},
      body: sample('note-create'),
      attempt: 1,
    };
    await expect(handle(delivery, AbortSignal.abort())).rejects.toThrow();
    expect(asked).toEqual([]);
  });
});

describe('an issue', () => {
  const issueIs = (more: object) => ({ '/projects/5/issues/3': { ...ISSUE, description: TEXT, ...more } });
  const opened = (attributes: object = {}, rest: object = {}) =>
    sampleWith('issue-open', { description: TEXT, ...attributes }, rest);

  test.each([
    ['opened', sample('issue-open')],
    ['closed by a move', sample('issue-close-moved')],
    ['opened as a work item', sample('work-item-open')],
    ['updated', sampleWith('issue-open', { action: 'update' })],
    ['told of by a test delivery', sampleWith('issue-open', { action: undefined })],
  ])('%s is recorded as GitLab has it now', async (_name, body) => {
    const { run, recorded } = setup({
      '/projects/5/issues/3': { ...ISSUE, state: 'closed', moved_to_id: 401 },
    });
    expect((await run(body)).outcome).toBe('recorded issue 301');
    expect(recorded).toMatchObject([{ id: 301n, state: 'closed', movedToId: 401n }]);
  });

  test('with commands in its description has them run as its author', async () => {
    const { run, comments, enqueued } = setup(issueIs({}));
    const { outcome, write } = await run(opened());
    expect(outcome).toBe('answered issue:301');
    expect(comments).toMatchObject([
      { place: 'description', noteId: null, discussionId: null, markdown: TEXT, author: { username: 'dev' } },
    ]);
    await write?.('tx');
    expect(enqueued[0]?.[1].dedupeKey).toBe('gitlab.reply:issue:301');
  });

  test.each([
    ['edited since', issueIs({}), sample('issue-open'), 'edited since it was opened'],
    [
      'opened by whoever moved it',
      issueIs({}),
      opened({}, { user: { id: 8 } }),
      'opened by another than its author',
    ],
    [
      'moved long after it was written',
      issueIs({ created_at: '2026-05-01T00:00:00Z' }),
      opened(),
      'not a new issue',
    ],
    [
      'of a bot',
      { ...issueIs({}), '/users/7': { id: 7, username: 'b', name: 'b', state: 'active', bot: true } },
      opened(),
      'opened by a bot',
    ],
  ])('%s is recorded, but its commands do not run', async (_name, changes, body, why) => {
    const { run, comments, recorded } = setup(changes);
    expect((await run(body)).outcome).toBe(`recorded issue 301: ${why}`);
    expect(comments).toEqual([]);
    expect(recorded).toHaveLength(1);
  });

  test.each([
    ['open', 'recorded issue 301, linked to 2 by its mail'],
    ['update', 'recorded issue 301'],
  ])('of Service Desk is linked by its mail when it is new: %s', async (action, expected) => {
    const catchUp: CatchUp = {
      comments: async () => ({ comments: 0, mailed: 0, carried: 0, dropped: 0 }),
      mail: async () => 2,
      origin: async () => null,
      hasTexts: async () => false,
    };
    const { run } = setup(issueIs({ description: '' }), { catchUp });
    expect((await run(opened({ action, description: '' }))).outcome).toBe(expected);
  });

  test('updated with commands in its description has none run', async () => {
    const { run, comments } = setup(issueIs({}));
    await run(opened({ action: 'update' }));
    expect(comments).toEqual([]);
  });

  test('that is gone is said to be', async () => {
    const { run, recorded } = setup({ '/projects/5/issues/3': undefined });
    expect((await run(sample('issue-open'))).outcome).toContain('the issue is gone or not visible');
    expect(recorded).toEqual([]);
  });
});

test('a member hook drops what the directory remembers', async () => {
  const { run } = setup();
  expect((await run(sample('member-add'))).outcome).toBe('stored, nothing to do but to ask GitLab anew');
  expect((await run(sample('project-transfer'), 'gitlab-system')).outcome).toContain('ask GitLab anew');
});
