import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import Fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import { gitLabUserId } from '../../src/domain/ids.ts';
import { createGitLabClient } from '../../src/gitlab/client/client.ts';
import { createDirectory } from '../../src/gitlab/directory.ts';
import { createDeliveryHandler } from '../../src/gitlab/handle-delivery.ts';
import type { StoredDelivery } from '../../src/gitlab/hook-delivery.ts';
import { hookRoutes } from '../../src/gitlab/hooks.ts';
import { issueHookSchema } from '../../src/gitlab/schemas/issue-hook.ts';
import { noteHookSchema } from '../../src/gitlab/schemas/note-hook.ts';
import { keptLog } from '../gitlab/kept-log.ts';

const folder = resolve(import.meta.dirname, '../../../shared/fixtures/gitlab');
const files = existsSync(folder)
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folder, name))
      .sort()
  : [];

/** Sends a body to the real routes; gives what they stored. */
async function received(body: Buffer, system: boolean): Promise<StoredDelivery | undefined> {
  const stored: StoredDelivery[] = [];
  const app = Fastify();
  await app.register(
    hookRoutes({
      webhookSecret: 's',
      systemHookSecret: 's',
      instanceUrl: 'https://gitlab.test',
      store: async (delivery) => stored.push(delivery),
      wake: () => {},
    }),
  );
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const answer = await fetch(`${url}/gitlab/${system ? 'system-hooks' : 'webhooks'}`, {
    method: 'POST',
    headers: { 'x-gitlab-token': 's', 'content-type': 'application/json' },
    body: new Uint8Array(body),
  });
  await app.close();
  expect(answer.status).toBe(204);
  return stored[0];
}

/** Handles a delivery with a GitLab that has nothing in it. */
async function outcomeOf(delivery: StoredDelivery): Promise<string> {
  const log = keptLog();
  const nothingThere = async () =>
    new Response('{"message":"404 Not Found"}', {
      status: 404,
      headers: { 'content-type': 'application/json' },
    });
  const client = createGitLabClient({ url: 'https://gitlab.test', token: 't', log, fetch: nothingThere });
  const handle = createDeliveryHandler<null>({
    client,
    directory: createDirectory({ client }),
    botUser: async () => ({ id: gitLabUserId(999), username: 'tieline' }),
    mayHoldCommands: () => true,
    answerComment: async () => null,
    recordIssue: async () => {},
    followMoves: async () => ({ carried: 0, dropped: 0 }),
    catchUp: {
      comments: async () => ({ comments: 0, mailed: 0, carried: 0, dropped: 0 }),
      mail: async () => 0,
      origin: async () => null,
      hasTexts: async () => false,
    },
    enqueueReply: async () => {},
    log,
  });
  const handled = await handle({ id: 1n, attempt: 1, ...delivery }, new AbortController().signal);
  return handled.outcome;
}

describe('every public sample of a hook', () => {
  test('is looked for', () => {
    if (files.length === 0) process.stdout.write(`no samples: ${folder} is not there\n`);
    expect(existsSync(folder)).toBe(files.length > 0);
  });

  test.each(files.map((file) => [relative(folder, file), file] as const))(
    '%s is stored and read',
    async (name, file) => {
      const body = readFileSync(file);
      const stored = await received(body, /system_?hooks/.test(name));
      expect(stored?.body.equals(body)).toBe(true);
      if (stored === undefined) return;
      const json: unknown = JSON.parse(body.toString('utf8'));
      if (stored.kind === 'note') noteHookSchema.parse(json);
      if (stored.kind === 'issue' || stored.kind === 'work_item') issueHookSchema.parse(json);
      expect(stored.kind).not.toBe('unknown');
      expect(await outcomeOf(stored)).toMatch(/^stored, nothing to do/);
    },
  );
});
