import { createHash } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import type { StoredDelivery } from '../../src/gitlab/hook-delivery.ts';
import { type HookRoutesOptions, hookRoutes } from '../../src/gitlab/hooks.ts';
import { sample } from './hook-samples.ts';

const SIGNING = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const HOOK = '/gitlab/webhooks';
const SYSTEM = '/gitlab/system-hooks';
const NOTE = sample('note-create');

let app: FastifyInstance | undefined;
afterEach(async () => {
  await app?.close();
});

/** A listening receiver, what it stored, and how often the worker was woken after how many were stored. */
async function receiver(options: Partial<HookRoutesOptions> = {}) {
  const stored: StoredDelivery[] = [];
  const woken: number[] = [];
  app = Fastify();
  await app.register(
    hookRoutes({
      webhookSecret: 'hook-secret',
      systemHookSecret: 'system-secret',
      instanceUrl: 'https://gitlab.test',
      store: async (delivery) => stored.push(delivery),
      wake: () => woken.push(stored.length),
      ...options,
    }),
  );
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const post = (path: string, headers: Record<string, string>, body: Buffer | string = NOTE) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });
  return { post, stored, woken };
}

const token = (secret = 'hook-secret') => ({ 'x-gitlab-token': secret });

function signed(body: Buffer | string, { at = new Date(), key = SIGNING, id = 'msg-1' } = {}) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(key).sign(id, at, body.toString()),
  };
}

describe('an authentic delivery', () => {
  test('is stored as it came, then answered 2xx without a body, then worked on', async () => {
    const { post, stored, woken } = await receiver();
    const answer = await post(HOOK, { ...token(), 'idempotency-key': 'abc', 'x-gitlab-event': 'Note Hook' });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(stored).toHaveLength(1);
    expect(stored[0]).toMatchObject({ source: 'gitlab', key: 'abc', kind: 'note' });
    expect(stored[0]?.body.equals(NOTE)).toBe(true);
    expect(woken).toEqual([1]);
  });

  test('is stored without its secrets and the headers of others', async () => {
    const { post, stored } = await receiver({ signingTokens: [SIGNING] });
    await post(HOOK, {
      ...token(),
      ...signed(NOTE),
      'x-gitlab-event': 'Note Hook',
      'x-own': 'mine',
      cookie: 'c=1',
    });
    expect(Object.keys(stored[0]?.headers ?? {}).sort()).toEqual([
      'content-type',
      'user-agent',
      'webhook-id',
      'webhook-timestamp',
      'x-gitlab-event',
    ]);
  });

  test('without a key gets one from instance, event and body', async () => {
    const { post, stored } = await receiver();
    await post(HOOK, { ...token(), 'x-gitlab-event': 'Note Hook' });
    await post(HOOK, { ...token(), 'x-gitlab-event': 'Note Hook' });
    await post(HOOK, { ...token(), 'x-gitlab-event': 'Issue Hook' });
    const sum = createHash('sha256').update('https://gitlab.test\nNote Hook\n').update(NOTE).digest('hex');
    expect(stored[0]?.key).toBe(`sha256:${sum}`);
    expect(stored[1]?.key).toBe(stored[0]?.key);
    expect(stored[2]?.key).not.toBe(stored[0]?.key);
  });

  test('with a key too long for an index gets its hash', async () => {
    const { post, stored } = await receiver();
    await post(HOOK, { ...token(), 'idempotency-key': 'k'.repeat(4_000) });
    expect(stored[0]?.key).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test.each([
    ['a custom template', sample('custom-template'), 'unknown'],
    ['an unknown kind', '{"object_kind":"moon_landing"}', 'moon_landing'],
    ['a kind that no database takes', '{"object_kind":"a\\u0000b"}', 'unknown'],
    ['a work item under the header of issues', sample('work-item-open'), 'work_item'],
    ['a member event', sample('member-add'), 'user_add_to_group'],
    ['a list', '[1]', 'unknown'],
    ['null', 'null', 'unknown'],
  ])('is stored too when it is %s', async (_name, body, kind) => {
    const { post, stored } = await receiver();
    expect((await post(HOOK, token(), body)).status).toBe(204);
    expect(stored[0]?.kind).toBe(kind);
  });

  test('of several megabytes and any content type is taken', async () => {
    const { post, stored } = await receiver();
    const body = JSON.stringify({ object_kind: 'note', text: 'x'.repeat(12 * 1024 * 1024) });
    const answer = await post(HOOK, { ...token(), 'content-type': 'text/plain' }, body);
    expect(answer.status).toBe(204);
    expect(stored[0]?.body.length).toBe(body.length);
  });

  test('of more than 25 MB is refused', async () => {
    const { post, stored } = await receiver();
    const answer = await post(HOOK, token(), Buffer.alloc(25 * 1024 * 1024 + 1, 32));
    expect(answer.status).toBe(413);
    expect(stored).toEqual([]);
  });

  test('that cannot be stored is answered 503, so that nobody takes it for done', async () => {
    const { post, woken } = await receiver({ store: () => Promise.reject(new Error('no database')) });
    expect((await post(HOOK, token())).status).toBe(503);
    expect(woken).toEqual([]);
  });
});

describe('nothing is stored', () => {
  test.each([
    ['without a token', HOOK, {}, 401],
    ['with a wrong token', HOOK, token('nope'), 401],
    ['with a token that only begins right', HOOK, token('hook-secretx'), 401],
    ["with the system hook's token on the other route", HOOK, token('system-secret'), 401],
    ["with the webhook's token on the route of system hooks", SYSTEM, token(), 401],
    ['with an empty token', HOOK, token(''), 401],
  ])('%s', async (_name, path, headers, status) => {
    const { post, stored } = await receiver();
    const answer = await post(path, headers);
    expect([answer.status, await answer.text(), stored]).toEqual([status, '', []]);
  });

  test.each(['{"object_kind":', '', '\u0000', Buffer.from([0x22, 0xff, 0x22])])(
    'for a body that is no JSON: %j',
    async (body) => {
      const { post, stored } = await receiver();
      expect((await post(HOOK, token(), body)).status).toBe(400);
      expect(stored).toEqual([]);
    },
  );

  test('by a route that has no secret, which is not there', async () => {
    const { post, stored } = await receiver({ systemHookSecret: '' });
    expect((await post(SYSTEM, token(''))).status).toBe(404);
    expect(stored).toEqual([]);
  });
});

describe('a signed delivery', () => {
  const options = { signingTokens: [SIGNING] };

  test('is judged by its signature alone', async () => {
    const { post, stored } = await receiver(options);
    expect((await post(HOOK, signed(NOTE))).status).toBe(204);
    expect(stored[0]?.key).toBe('msg-1');
    const forged = signed(NOTE, { key: `whsec_${Buffer.alloc(32, 8).toString('base64')}` });
    expect((await post(HOOK, { ...forged, ...token() })).status).toBe(401);
    expect(stored).toHaveLength(1);
  });

  test.each([
    ['another body', signed('{}')],
    ['another id', { ...signed(NOTE), 'webhook-id': 'msg-2' }],
    ['a time six minutes ago', signed(NOTE, { at: new Date(Date.now() - 360_000) })],
    ['a time in six minutes', signed(NOTE, { at: new Date(Date.now() + 360_000) })],
    ['no time', { ...signed(NOTE), 'webhook-timestamp': '' }],
    ['an empty signature', { ...signed(NOTE), 'webhook-signature': 'v1' }],
  ])('is refused when it is for %s', async (_name, headers) => {
    const { post, stored } = await receiver(options);
    expect((await post(HOOK, { ...headers, ...token() })).status).toBe(401);
    expect(stored).toEqual([]);
  });

  test('passes by any of several signatures and signing tokens', async () => {
    const other = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    const { post } = await receiver({ signingTokens: [other, SIGNING] });
    const headers = signed(NOTE);
    headers['webhook-signature'] = `v1,AAAA ${headers['webhook-signature']}`;
    expect((await post(HOOK, headers)).status).toBe(204);
  });

  test('goes by the key that is signed, so that sent on under another it is still the same', async () => {
    const { post, stored } = await receiver(options);
    const headers = signed(NOTE);
    for (const key of ['msg-1', 'another']) await post(HOOK, { ...headers, 'idempotency-key': key });
    expect(stored.map(({ key }) => key)).toEqual(['msg-1', 'msg-1']);
  });

  test('falls back to the token where no signing token is configured', async () => {
    const { post } = await receiver();
    expect((await post(HOOK, { ...signed(NOTE), ...token() })).status).toBe(204);
    expect((await post(HOOK, signed(NOTE))).status).toBe(401);
  });

  test('may still be an unsigned one with the token', async () => {
    const { post } = await receiver(options);
    expect((await post(HOOK, token())).status).toBe(204);
    const { post: signedOnly } = await receiver({ ...options, webhookSecret: undefined });
    expect((await signedOnly(HOOK, token())).status).toBe(401);
  });
});
