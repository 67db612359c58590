import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { groupPlace, roleAt } from '../../src/domain/actor.ts';
import { gitLabUserId } from '../../src/domain/ids.ts';
import { createGitLabClient } from '../../src/gitlab/client/client.ts';
import { createDirectory } from '../../src/gitlab/directory.ts';
import { createDeliveryHandler } from '../../src/gitlab/handle-delivery.ts';
import type { IncomingComment } from '../../src/gitlab/handler-types.ts';
import type { StoredDelivery } from '../../src/gitlab/hook-delivery.ts';
import { hookRoutes } from '../../src/gitlab/hooks.ts';
import type { ReplyMessage } from '../../src/gitlab/reply-message.ts';
import { createReplySender } from '../../src/gitlab/reply-sender.ts';
import { type FakeGitLab, startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { WORLD } from '../../src/sandbox/world.ts';
import { keptLog } from './kept-log.ts';

const SIGNING = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

let app: FastifyInstance;
let lab: FakeGitLab;
let stored: StoredDelivery[];

beforeEach(async () => {
  stored = [];
  app = Fastify();
  await app.register(
    hookRoutes({
      webhookSecret: 'hook-secret',
      signingTokens: [SIGNING],
      instanceUrl: 'https://gitlab.test',
      store: async (delivery) => stored.push(delivery),
      wake: () => {},
    }),
  );
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/gitlab/webhooks`;
  lab = await startFakeGitLab({
    world: WORLD,
    hooks: [
      { url, on: 'acme', token: 'hook-secret' },
      { url, on: 'globex', signingToken: SIGNING },
    ],
  });
});
afterEach(async () => {
  await lab.close();
  await app.close();
});

/** Handles what was stored and sends what came of it, as the worker would. */
async function work() {
  const log = keptLog();
  const client = createGitLabClient({ url: lab.url, token: lab.tokenOf('tieline'), log });
  const directory = createDirectory({ client });
  const comments: IncomingComment[] = [];
  const messages: ReplyMessage[] = [];
  const handle = createDeliveryHandler<null>({
    client,
    directory,
    botUser: () => client.currentUser(),
    mayHoldCommands: (text) => text.includes('@tieline'),
    answerComment: async (comment) => {
      comments.push(comment);
      return { tone: 'ok', title: `Hello ${comment.author.name}`, blocks: [], visibility: 'public' };
    },
    recordIssue: async () => {},
    followMoves: async () => ({ carried: 0, dropped: 0 }),
    catchUp: {
      comments: async () => ({ comments: 0, mailed: 0, carried: 0, dropped: 0 }),
      mail: async () => 0,
      origin: async () => null,
      hasTexts: async () => false,
    },
    enqueueReply: async (_tx, message) => messages.push(message),
    log,
  });
  const { signal } = new AbortController();
  const outcomes: string[] = [];
  for (const delivery of stored.splice(0)) {
    const handled = await handle({ id: 1n, attempt: 1, ...delivery }, signal);
    await handled.write?.(null);
    outcomes.push(handled.outcome);
  }
  const send = createReplySender({ client, log });
  for (const message of messages)
    await send({ id: 1n, kind: 'gitlab.reply', attempt: 1, ...message }, signal);
  await lab.idle();
  return { outcomes, comments, directory };
}

describe('a comment', () => {
  test.each([
    ['acme/app', 'dev'],
    ['globex/portal', 'nina'],
  ])('on %s is delivered, handled and answered', async (project, username) => {
    await lab.as(username).comment(project, 1, '@tieline add_contacts ada@example.com');
    await lab.idle();
    const { outcomes, comments } = await work();
    expect(outcomes).toEqual([expect.stringMatching(/^answered note:\d+$/)]);
    expect(comments[0]?.author.username).toBe(username);
    const [last] = lab.notes(project, 1).slice(-1);
    expect(last?.author.username).toBe('tieline');
    const discussion = (id?: number) => lab.state().notes.find((note) => note.id === id)?.discussionId;
    expect(discussion(last?.id)).toBe(discussion(Number(comments[0]?.noteId)));
    expect((await work()).outcomes).toEqual(['stored, nothing to do: no command']);
  });

  test('edited by somebody else before it was read does not run', async () => {
    const note = await lab.as('dev').comment('acme/app', 1, '@tieline contacts');
    await lab.idle();
    await lab.as('max').editNote(note?.id ?? 0, '@tieline set_contacts');
    await lab.idle();
    const { comments, outcomes } = await work();
    expect(comments).toEqual([]);
    expect(outcomes).toEqual([
      'stored, nothing to do: edited since it was written',
      'stored, nothing to do: an edit',
    ]);
  });

  test('deleted before it was read does not run', async () => {
    const note = await lab.as('dev').comment('acme/app', 1, '@tieline contacts');
    await lab.idle();
    await lab.as('dev').deleteNote(note?.id ?? 0);
    expect((await work()).outcomes).toEqual(['stored, nothing to do: the comment is gone or not visible']);
  });
});

test('the directory knows the roles that GitLab gives', async () => {
  const { directory } = await work();
  const acme = (await directory.group('acme/platform/infra'))?.chain.at(-1);
  expect(acme?.fullPath).toBe('acme');
  if (acme === undefined) return;
  const place = groupPlace(acme.id);
  const roles: Record<string, string> = {};
  for (const { id, username } of lab.state().users) {
    const user = await directory.user(gitLabUserId(id));
    if (user !== null) roles[username] = roleAt({ roles: await directory.roles(user.id, [place]) }, place);
  }
  expect(roles).toMatchObject({
    olga: 'owner',
    max: 'maintainer',
    dev: 'developer',
    rita: 'reporter',
    pia: 'planner',
    gus: 'guest',
    nina: 'none',
  });
  expect((await directory.rootGroups()).map((group) => group.fullPath)).toEqual(['acme', 'globex']);
});
