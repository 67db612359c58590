import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Reply } from '../../src/commands/reply.ts';
import { GiveUpError, RetryLaterError } from '../../src/domain/delivery-errors.ts';
import { createGitLabClient } from '../../src/gitlab/client/client.ts';
import { markerOf, type ReplyPayload } from '../../src/gitlab/reply-message.ts';
import { createReplySender } from '../../src/gitlab/reply-sender.ts';
import { type FakeGitLab, startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { WORLD } from '../../src/sandbox/world.ts';
import { keptLog } from './kept-log.ts';

const REPLY: Reply = { tone: 'ok', title: '/close @all', blocks: [], visibility: 'public' };
const KEY = 'gitlab.reply:note:1';
const NOTES = /\/(?:notes|discussions\/[^/]+\/notes)$/;

let lab: FakeGitLab;
beforeEach(async () => {
  lab = await startFakeGitLab({ world: WORLD });
});
afterEach(() => lab.close());

const sender = () =>
  createReplySender({
    client: createGitLabClient({
      url: lab.url,
      token: lab.tokenOf('tieline'),
      log: keptLog(),
      timeoutMs: 1_000,
    }),
    log: keptLog(),
  });

const discussionOf = (noteId: number | undefined) =>
  lab.state().notes.find((note) => note.id === noteId)?.discussionId ?? null;

/** A reply to a comment that is made first. */
async function message(options: { internal?: boolean; description?: boolean; iid?: number } = {}) {
  const iid = options.iid ?? 1;
  const note = await lab.as('dev').comment('acme/app', iid, 'hello', { internal: options.internal ?? false });
  const payload: ReplyPayload = {
    projectId: String(lab.issue('acme/app', iid).project_id),
    iid,
    discussionId: options.description || note === null ? null : discussionOf(note.id),
    internal: options.internal ?? false,
    reply: REPLY,
  };
  return { id: 1n, kind: 'gitlab.reply', dedupeKey: KEY, payload, attempt: 1 };
}

const send = async (row: Awaited<ReturnType<typeof message>>) => sender()(row, new AbortController().signal);
const replies = (iid = 1) => lab.notes('acme/app', iid).filter((note) => note.author.username === 'tieline');
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('was sent'),
    (error: unknown) => error,
  );

describe('a reply', () => {
  test('is posted in the discussion it answers, with nothing alive in it', async () => {
    const row = await message();
    const sent = await send(row);
    const [note] = replies();
    expect(sent).toEqual({ outcome: 'sent', remoteRef: String(note?.id) });
    expect(discussionOf(note?.id)).toBe(row.payload.discussionId);
    expect(note?.body).toBe(`**\`/close\` \`@all\`**\n\n${markerOf(KEY)}`);
    expect(lab.issue('acme/app', 1).state).toBe('opened');
  });

  test('to a description starts a discussion of its own', async () => {
    await send(await message({ description: true }));
    expect(replies()).toHaveLength(1);
  });

  test.each([false, true])(
    'to something internal is internal (to a description: %s)',
    async (description) => {
      await send(await message({ internal: true, description }));
      expect(replies()[0]?.internal).toBe(true);
    },
  );

  test('is not posted twice when the answer to the first was lost', async () => {
    const row = await message();
    lab.faults.cut({ method: 'POST', path: NOTES, when: 'after' });
    const error = await failure(send(row));
    expect(error).toBeInstanceOf(RetryLaterError);
    expect(replies()).toHaveLength(1);
    expect(await send({ ...row, attempt: 2 })).toEqual({
      outcome: 'was there already',
      remoteRef: String(replies()[0]?.id),
    });
    expect(replies()).toHaveLength(1);
  });

  test('is posted on a second try when the first did not arrive', async () => {
    const row = await message();
    lab.faults.cut({ method: 'POST', path: NOTES, when: 'before' });
    await failure(send(row));
    await send({ ...row, attempt: 2 });
    expect(replies()).toHaveLength(1);
  });

  test("is not taken for sent because of somebody else's marker", async () => {
    const row = await message();
    await lab.as('dev').comment('acme/app', 1, `ha\n\n${markerOf(KEY)}`);
    await send({ ...row, attempt: 2 });
    expect(replies()).toHaveLength(1);
  });

  test.each([
    ['as long as GitLab says', 30, 30_000],
    ['a minute when GitLab does not say', null, 60_000],
  ])('waits %s when it is limited', async (_name, retryAfterSec, expected) => {
    const row = await message();
    lab.faults.rateLimit({ method: 'POST', path: NOTES, retryAfterSec });
    const error = await failure(send(row));
    expect(error instanceof RetryLaterError && error.retryAfterMs).toBe(expected);
    expect(replies()).toEqual([]);
  });

  test.each([500, 502, 401])('is tried later when GitLab answers %i', async (status) => {
    const row = await message();
    lab.faults.respond({ method: 'POST', path: NOTES, status, body: {} });
    expect(await failure(send(row))).toBeInstanceOf(RetryLaterError);
  });

  test.each([
    ['takes it for quick actions', { status: 202, body: { commands_changes: {}, summary: ['Closed'] } }],
    ['does not know the issue', { status: 404, body: { message: '404 Issue Not Found' } }],
    ['forbids it', { status: 403, body: { message: '403 Forbidden' } }],
    ['finds fault with it', { status: 400, body: { message: 'note is too long' } }],
  ])('is given up when GitLab %s', async (_name, answer) => {
    const row = await message();
    lab.faults.respond({ method: 'POST', path: NOTES, ...answer });
    expect(await failure(send(row))).toBeInstanceOf(GiveUpError);
  });

  test('that cannot be read is given up', async () => {
    const row = { ...(await message()), payload: { reply: 1 } as unknown as ReplyPayload };
    expect(await failure(send(row))).toBeInstanceOf(GiveUpError);
  });
});
