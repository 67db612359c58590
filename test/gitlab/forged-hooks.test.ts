/**
 * Requests that are nearly right: an authentic one with one thing changed, or a signature of something else. FORGED_RUNS
 * says how many are tried; a failure names the seed and the request.
 */
import { createHmac } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDelivery } from '../../src/gitlab/hook-delivery.ts';
import { hookRoutes } from '../../src/gitlab/hooks.ts';
import { type Random, seeded } from '../support/seeded-random.ts';

const RUNS = Number(process.env['FORGED_RUNS'] ?? 1_000);

const keyOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const [OLD_KEY, NEW_KEY, FOREIGN_KEY] = [keyOf(7), keyOf(8), keyOf(9)] as const;
const TOKEN = 'forged-webhook-secret-0123456789';
const SYSTEM_TOKEN = 'forged-system-secret-0123456789';
/** Short, since the library's own SHA-256 takes its time. */
const BODY = Buffer.from(
  '{"object_kind":"note","object_attributes":{"id":1,"note":"/crm add ada@example.com"}}',
);

/** With letters that can be written in other bytes, and the sign that stands for bytes which are no letter. */
const WORDY = Buffer.from(
  '{"object_kind":"note","object_attributes":{"id":1,"note":"/crm add Zo\u00eb \ufffd \u{1f600}/"}}',
);

interface Request {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

let app: FastifyInstance;
let base = '';
const stored: StoredDelivery[] = [];

beforeAll(async () => {
  app = Fastify();
  await app.register(
    hookRoutes({
      webhookSecret: TOKEN,
      signingTokens: [OLD_KEY, NEW_KEY],
      systemHookSecret: SYSTEM_TOKEN,
      instanceUrl: 'https://gitlab.test',
      store: async (delivery) => stored.push(delivery),
      wake: () => {},
    }),
  );
  base = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

interface Signing {
  readonly id?: string;
  readonly atSec?: number;
  readonly key?: string;
  readonly body?: Buffer;
}

const nowSec = () => Math.floor(Date.now() / 1_000);

/** An authentic request, or one that is signed for something else. */
function signed({ id = 'msg-1', atSec = nowSec(), key = OLD_KEY, body = BODY }: Signing = {}): Request {
  return {
    url: '/gitlab/webhooks',
    headers: {
      'content-type': 'application/json',
      'x-gitlab-token': TOKEN,
      'webhook-id': id,
      'webhook-timestamp': String(atSec),
      'webhook-signature': new Webhook(key).sign(id, new Date(atSec * 1_000), body.toString()),
    },
    body,
  };
}

/** Signed by somebody who has the key and says when in a way of their own. */
function signedAt(timestamp: string): Request {
  const request = signed();
  const content = `${request.headers['webhook-id']}.${timestamp}.${BODY}`;
  const mac = createHmac('sha256', Buffer.alloc(32, 7)).update(content).digest('base64');
  const headers = { 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
  return { ...request, headers: { ...request.headers, ...headers } };
}

const plain = (url = '/gitlab/webhooks', token = TOKEN): Request => ({
  url,
  headers: { 'content-type': 'application/json', 'x-gitlab-token': token },
  body: BODY,
});

type Change = (request: Request, random: Random) => Request;

const whole = (random: Random, below: number) => Math.floor(random() * below);
const oneOf = <Item>(items: readonly Item[], random: Random): Item =>
  items[whole(random, items.length)] as Item;
const header =
  (name: string, change: (value: string, random: Random) => string): Change =>
  (request, random) => {
    const value = change(request.headers[name] ?? '', random);
    return { ...request, headers: { ...request.headers, [name]: value } };
  };
const without =
  (name: string): Change =>
  ({ headers: { [name]: _, ...headers }, ...request }) => ({ ...request, headers });
const bodied =
  (change: (body: Buffer, random: Random) => Buffer): Change =>
  (request, random) => ({ ...request, body: change(request.body, random) });

/** Another text of the same length or one off, never the same. */
function garbled(text: string, random: Random): string {
  const at = whole(random, text.length);
  const letter = oneOf(
    [...'ABCabc019+/'].filter((sign) => sign !== text[at]),
    random,
  );
  return oneOf(
    [text.slice(0, at) + letter + text.slice(at + 1), text.slice(0, at) + letter + text.slice(at)],
    random,
  );
}

const SIGNATURES: readonly Change[] = [
  header('webhook-signature', (value, random) => `v1,${garbled(value.slice(3), random)}`),
  header('webhook-signature', (value, random) => value.slice(0, 3 + whole(random, value.length - 4))),
  header('webhook-signature', (value, random) =>
    value.replace('v1', oneOf(['v2', 'V1', 'v1a', 'v', '1', 'v01'], random)),
  ),
  header('webhook-signature', (value, random) =>
    value.replace(',', oneOf([' ', ';', '=', ',,', ', ', ''], random)),
  ),
  header(
    'webhook-signature',
    (value, random) =>
      value +
      oneOf([',', ',v1', ',x', ' ,', ';', '\t', '=', '===', ' v1,', ' v1'], random).replace(/\s$/, ' x'),
  ),
  header('webhook-signature', (value) => value.toLowerCase()),
  header('webhook-signature', (value) => `v1,${Buffer.from(value.slice(3), 'base64').toString('hex')}`),
  header('webhook-signature', (value) => value.slice(3)),
  header('webhook-signature', (_, random) =>
    oneOf(['', ' ', 'v1', 'v1,', 'NaN', 'undefined', 'null', '[object Object]', 'v1,NaN', 'v1,='], random),
  ),
  header('webhook-signature', (value, random) => {
    const wrong = () => `v1,${garbled(value.slice(3), random)}`;
    return Array.from({ length: 2 + whole(random, 20) }, () =>
      oneOf([wrong(), value.replace('v1', 'v2')], random),
    ).join(' ');
  }),
  (request) => ({
    ...request,
    headers: { ...request.headers, ...pick(signed({ key: FOREIGN_KEY }), 'webhook-signature') },
  }),
  // One of them is right, and the list is not written as one.
  header('webhook-signature', (value, random) => {
    const wrong = `v1,${garbled(value.slice(3), random)}`;
    const gap = oneOf([', ', ',', ';', '  ', '\t', ' \t', '', '|', ' , ', '\u00a0'], random);
    return oneOf([`${value}${gap}${wrong}`, `${wrong}${gap}${value}`, `${value}${gap}${value}`], random);
  }),
  // The token is right in all of these, and must not be fallen back to.
  (request) => ({ ...request, headers: { ...request.headers, 'webhook-signature': `v1,${TOKEN}` } }),
];

const pick = ({ headers }: Request, name: string) => ({ [name]: headers[name] ?? '' });

const TIMES: readonly Change[] = [
  (_, random) => signed({ atSec: nowSec() - 302 - whole(random, 1e9) }),
  (_, random) => signed({ atSec: nowSec() + 302 + whole(random, 1e9) }),
  header('webhook-timestamp', (value, random) =>
    String(Number(value) + oneOf([-1, 1, -60, 60, 299, -299], random)),
  ),
  header('webhook-timestamp', (_, random) =>
    oneOf(
      ['NaN', '', ' ', '-1', '0', 'Infinity', '-Infinity', 'null', 'undefined', '1e9', '{}', 'now'],
      random,
    ),
  ),
  header('webhook-timestamp', (value, random) =>
    oneOf(
      [
        `0${value}`,
        `+${value}`,
        `-${value}`,
        `${value}.0`,
        `${value}.9`,
        `${value} or so`,
        `${value}e0`,
        `${value}n`,
        `${value}000`,
        `${value},${value}`,
        `0x${Number(value).toString(16)}`,
      ],
      random,
    ),
  ),
  header('webhook-timestamp', (value) => new Date(Number(value) * 1_000).toISOString()),
  // What no comparison with a clock can refuse, or what reads as now.
  (_, random) => {
    const now = String(nowSec());
    const odd = ['NaN', '-NaN', '', 'Infinity', '-0', 'null', 'undefined', '{}', '[]', 'now', 'true'];
    const nearly = [`${now}.0`, `+${now}`, `0${now}`, `${now}e0`, `${Number(now) / 1e9}e9`, `${now} x`];
    const other = [
      `0x${Number(now).toString(16)}`,
      `${now}n`,
      `${now},${now}`,
      `${now}000`,
      now.slice(0, -1),
    ];
    return signedAt(oneOf([...odd, ...nearly, ...other], random));
  },
];

const IDS: readonly Change[] = [
  header('webhook-id', garbled),
  header('webhook-id', (value, random) =>
    oneOf(
      ['', `${value}.`, `.${value}`, `${value}.${nowSec()}`, value.toUpperCase(), `${value},${value}`],
      random,
    ),
  ),
  without('webhook-id'),
  without('webhook-timestamp'),
  (request) => ({
    ...request,
    headers: { ...request.headers, ...pick(signed({ id: 'msg-2' }), 'webhook-signature') },
  }),
];

/** The same letters in other bytes, or other letters that a lenient reader takes for the same. */
const ENCODINGS: readonly ((body: Buffer, random: Random) => Buffer)[] = [
  (body) => replaced(body, '\ufffd', Buffer.from([0xff])),
  (body) => replaced(body, '\ufffd', Buffer.from([0xed, 0xa0, 0x80])),
  (body) => replaced(body, '\u{1f600}', Buffer.from([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80])),
  (body) => replaced(body, '/', Buffer.from([0xc0, 0xaf])),
  (body) => replaced(body, '\u00eb', Buffer.from('e\u0308')),
  (body) => replaced(body, '\u00eb', Buffer.from('\\u00eb')),
  (body) => replaced(body, '\u00eb', Buffer.from([0xeb])),
  (body) => Buffer.from(body.toString(), 'latin1'),
  (body) => Buffer.from(body.toString(), 'utf16le'),
  (body) => Buffer.from(body.toString(), 'utf16le').swap16(),
  (body) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(body.toString(), 'utf16le')]),
  (body) => Buffer.from(body.toString('base64')),
];
const CHARSETS = ['utf-16', 'utf-16le', 'iso-8859-1', 'utf-7', 'windows-1252', 'utf-8', 'us-ascii', 'x'];
const COMPRESSIONS = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['gzip, gzip', (body: Buffer) => gzipSync(gzipSync(body))],
] as const;

function replaced(body: Buffer, sign: string, by: Buffer): Buffer {
  const at = body.indexOf(sign);
  return Buffer.concat([body.subarray(0, at), by, body.subarray(at + Buffer.byteLength(sign))]);
}

const inAnotherCharset: Change = (request, random) => {
  const wordy =
    'webhook-signature' in request.headers ? signed({ body: WORDY }) : { ...request, body: WORDY };
  const body = oneOf(ENCODINGS, random)(wordy.body, random);
  const type = `application/json; charset=${oneOf(CHARSETS, random)}`;
  return { ...wordy, body, headers: { ...wordy.headers, 'content-type': type } };
};
const compressed: Change = ({ body, ...request }, random) => {
  const [name, compress] = oneOf(COMPRESSIONS, random);
  return { ...request, body: compress(body), headers: { ...request.headers, 'content-encoding': name } };
};

const BODIES: readonly Change[] = [
  inAnotherCharset,
  compressed,
  bodied((body, random) => {
    const copy = Buffer.from(body);
    const at = whole(random, copy.length);
    copy.writeUInt8(copy.readUInt8(at) ^ (1 << whole(random, 8)), at);
    return copy;
  }),
  bodied((body, random) => body.subarray(0, whole(random, body.length))),
  bodied((body, random) =>
    Buffer.concat([body, Buffer.from(oneOf([' ', '\n', '\0', '}', '\u00a0'], random))]),
  ),
  bodied((body) => Buffer.concat([Buffer.from('\ufeff'), body])),
  bodied((body) => Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 3))),
  bodied((body) =>
    Buffer.from(body.toString().replace('"object_kind"', '"object_kind":"issue","object_kind"')),
  ),
  bodied((body) => Buffer.from(body.toString(), 'utf16le')),
  bodied((body) => gzipSync(body)),
  bodied((body) => Buffer.concat([body, body])),
  bodied((body) => Buffer.concat([body, Buffer.from([0xff])])),
  bodied((body, random) =>
    Buffer.from(
      body
        .toString()
        .replace(/[a-z]/, (letter) =>
          oneOf([`\\u00${letter.charCodeAt(0).toString(16)}`, `${letter}\u0301`], random),
        ),
    ),
  ),
];

const TOKENS: readonly Change[] = [
  header('x-gitlab-token', garbled),
  header('x-gitlab-token', (value, random) => value.slice(0, whole(random, value.length))),
  header('x-gitlab-token', (value, random) =>
    oneOf(
      [
        value.toUpperCase(),
        `${value}, ${value}`,
        `${value}\u00a0`,
        `Bearer ${value}`,
        encodeURIComponent(`${value} `),
        'NaN',
        'undefined',
        SYSTEM_TOKEN,
        OLD_KEY,
      ],
      random,
    ),
  ),
  without('x-gitlab-token'),
  (request) => ({ ...request, url: '/gitlab/system-hooks' }),
  () => plain('/gitlab/webhooks', SYSTEM_TOKEN),
  // The token is right, and the body is none that GitLab sends.
  compressed,
  (request) => ({ ...request, body: Buffer.concat([Buffer.from('\ufeff'), request.body]) }),
  (request) => ({ ...request, body: Buffer.from(request.body.toString(), 'utf16le') }),
  (request, random) => ({
    ...request,
    body: Buffer.concat([request.body, Buffer.from(oneOf(['\0', '}', '\u00a0', 'x', '{}'], random))]),
  }),
  // A signature is worth nothing where signed hooks are not expected.
  () => ({ ...signed(), url: '/gitlab/system-hooks' }),
];

/** An authentic request of some kind with one thing changed. */
function forged(random: Random): Request {
  const kinds = [SIGNATURES, TIMES, IDS, BODIES] as const;
  if (random() < 0.2) return oneOf(TOKENS, random)(plain(), random);
  const request = signed({ key: oneOf([OLD_KEY, NEW_KEY], random), id: `msg-${whole(random, 1e6)}` });
  const change = oneOf(oneOf(kinds, random), random);
  return change(request, random);
}

const send = ({ url, headers, body }: Request) => app.inject({ method: 'POST', url, headers, payload: body });

/** The same over a real connection. */
async function sendFar({ url, headers, body }: Request): Promise<{ statusCode: number } | null> {
  const sent = fetch(base + url, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  // Headers that HTTP cannot carry never leave.
  const answer = await sent.catch(() => null);
  return answer && { statusCode: answer.status };
}

describe('forged requests', () => {
  test(
    `are refused, all ${RUNS} of them`,
    async () => {
      const refused = new Map<number, number>();
      for (let run = 0; run < RUNS; run += 1) {
        const seed = run * 7_919 + process.pid;
        const request = forged(seeded(seed));
        const answer = run % 20 === 0 ? await sendFar(request) : await send(request);
        if (answer === null) continue;
        const { statusCode } = answer;
        refused.set(statusCode, (refused.get(statusCode) ?? 0) + 1);
        if (stored.length > 0 || statusCode < 400 || statusCode >= 500) {
          expect.fail(`seed ${seed}: ${statusCode} for ${request.url} ${JSON.stringify(request.headers)}`);
        }
      }
      expect([...refused.keys()].every((status) => [400, 401, 413].includes(status))).toBe(true);
    },
    30_000 + RUNS * 5,
  );

  test.each([
    ['the older key', () => signed()],
    ['the newer key', () => signed({ key: NEW_KEY })],
    ['a clock nearly five minutes slow', () => signed({ atSec: nowSec() - 290 })],
    ['a clock nearly five minutes fast', () => signed({ atSec: nowSec() + 290 })],
    ['the token', () => plain()],
    ["the system hook's token", () => plain('/gitlab/system-hooks', SYSTEM_TOKEN)],
  ])('are told from one that is authentic by %s', async (_name, request) => {
    stored.length = 0;
    expect((await send(request())).statusCode).toBe(204);
    expect(stored).toHaveLength(1);
    stored.length = 0;
  });
});
