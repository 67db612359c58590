/**
 * Requests that no HTTP client writes: an authentic one whose bytes on the wire are not as they should be. FORGED_RUNS
 * says how many hooks are forged, and one in twenty of them here; a failure names the seed and the bytes.
 */
import { connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDelivery } from '../../src/gitlab/hook-delivery.ts';
import { hookRoutes } from '../../src/gitlab/hooks.ts';
import { type Random, seeded } from '../support/seeded-random.ts';

const RUNS = Math.ceil(Number(process.env['FORGED_RUNS'] ?? 1_000) / 20);

const KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const TOKEN = 'forged-webhook-secret-0123456789';
const BODY = '{"object_kind":"note","object_attributes":{"id":1,"note":"/crm add ada@example.com"}}';

let app: FastifyInstance;
let port = 0;
const stored: StoredDelivery[] = [];

beforeAll(async () => {
  app = Fastify();
  await app.register(
    hookRoutes({
      webhookSecret: TOKEN,
      signingTokens: [KEY],
      instanceUrl: 'https://gitlab.test',
      store: async (delivery) => stored.push(delivery),
      wake: () => {},
    }),
  );
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
});
afterAll(() => app.close());

/** What goes over the wire: the request line, header lines, and the body as it is framed. */
interface Wire {
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: string;
}

const LINE = 'POST /gitlab/webhooks HTTP/1.1';
const COMMON = ['Host: tieline.test', 'Connection: close', 'Content-Type: application/json'];
const LENGTH = `Content-Length: ${BODY.length}`;

interface Proof {
  readonly headers: readonly string[];
  /** The header that proves something. */
  readonly name: string;
  readonly value: string;
}

function signature(): Proof {
  const now = new Date();
  const value = new Webhook(KEY).sign('msg-1', now, BODY);
  const seconds = Math.floor(now.getTime() / 1_000);
  return {
    headers: [
      'webhook-id: msg-1',
      `webhook-timestamp: ${seconds}`,
      'x-gitlab-token: stands-for-nothing',
      `webhook-signature: ${value}`,
    ],
    name: 'webhook-signature',
    value,
  };
}
const token = (): Proof => ({
  headers: [`x-gitlab-token: ${TOKEN}`],
  name: 'x-gitlab-token',
  value: TOKEN,
});

const whole = (random: Random, below: number) => Math.floor(random() * below);
const oneOf = <Item>(items: readonly Item[], random: Random): Item =>
  items[whole(random, items.length)] as Item;

const authentic = ({ headers }: Proof): Wire => ({
  line: LINE,
  headers: [...COMMON, ...headers, LENGTH],
  body: BODY,
});
const written = ({ line, headers, body }: Wire): string =>
  `${[line, ...headers].join('\r\n')}\r\n\r\n${body}`;

type Change = (proof: Proof, random: Random) => Wire;

/** The header lines of a proof, one of them written in another way. */
const rewritten = (
  proof: Proof,
  change: (line: string, value: string) => readonly string[],
  name = proof.name,
): Wire => {
  const wire = authentic(proof);
  const headers = wire.headers.flatMap((line) =>
    line.startsWith(`${name}: `) ? change(line, line.slice(name.length + 2)) : [line],
  );
  return { ...wire, headers };
};

/** The same body in another framing than by its length. */
const framed = (proof: Proof, headers: readonly string[], body: string): Wire => ({
  line: LINE,
  headers: [...COMMON, ...proof.headers, ...headers],
  body,
});
const chunk = (text: string, size = text.length.toString(16)): string => `${size}\r\n${text}\r\n`;
const END = '0\r\n\r\n';
const CHUNKED = ['Transfer-Encoding: chunked'];

const HEADERS: readonly Change[] = [
  // Twice, once wrong; or twice the same.
  (proof, random) =>
    rewritten(proof, (line, value) => {
      const other = `${proof.name}: ${oneOf(['', 'v1,AAAA', 'x', value, `${value}=`], random)}`;
      return oneOf(
        [
          [line, other],
          [other, line],
        ],
        random,
      );
    }),
  (proof, random) => {
    const name = oneOf(['webhook-id', 'webhook-timestamp'], random);
    const twice = rewritten(proof, (line) => [line, line], name);
    return proof.name === 'webhook-signature' ? twice : rewritten(proof, (line) => [line, line]);
  },
  // Folded somewhere within.
  (proof, random) =>
    rewritten(proof, (_, value) => {
      const at = 1 + whole(random, value.length - 1);
      const fold = oneOf(['\r\n ', '\r\n\t', '\n ', '\r ', '\r\n  \r\n '], random);
      return [`${proof.name}: ${value.slice(0, at)}${fold}${value.slice(at)}`];
    }),
  // Bytes that are no part of a header.
  (proof, random) =>
    rewritten(proof, (_, value) => {
      const at = whole(random, value.length);
      const odd = oneOf(['\0', '\u0001', '\u007f', '\u0080', '\u00ff', '\r', '\n'], random);
      return [`${proof.name}: ${value.slice(0, at)}${odd}${value.slice(at)}`];
    }),
  // Another name.
  (proof, random) =>
    rewritten(proof, (_, value) => {
      const { name } = proof;
      const odd = oneOf(
        [`${name} `, ` ${name}`, name.replaceAll('-', '_'), `${name}\0`, `x-${name}`],
        random,
      );
      return [`${odd}: ${value}`];
    }),
  // More than headers may be.
  (proof) => rewritten(proof, (line, value) => [`${proof.name}: ${'v1,AAAA '.repeat(4_000)}${value}`, line]),
  (proof) => {
    const wire = authentic(proof);
    return { ...wire, headers: [...Array.from({ length: 3_000 }, (_, n) => `x-${n}: 0`), ...wire.headers] };
  },
];

const FRAMES: readonly Change[] = [
  // In chunks, of which one is another.
  (proof, random) => {
    // A token says nothing of the body, so there it must at least be no JSON.
    const at = proof.name === 'x-gitlab-token' ? 0 : whole(random, BODY.length);
    const odd = BODY.charCodeAt(at) === 0x7d ? '{' : '}';
    const other = BODY.slice(0, at) + odd + BODY.slice(at + 1);
    return framed(proof, CHUNKED, chunk(other.slice(0, 20)) + chunk(other.slice(20)) + END);
  },
  // In chunks, and more of them, or not the last.
  (proof) => framed(proof, CHUNKED, chunk(BODY) + chunk('}') + END),
  (proof) => framed(proof, CHUNKED, chunk(BODY.slice(0, 30)) + END),
  (proof) => framed(proof, CHUNKED, chunk(BODY)),
  // In chunks that are not as long as they say.
  (proof, random) => {
    const size = oneOf(['1', 'fffffffffffffffff', '-1', 'x', '', '0x55', `+${BODY.length}`, ' 55'], random);
    return framed(proof, CHUNKED, chunk(BODY, size) + END);
  },
  // What is right comes after the body, where nobody may look for it.
  (proof) => {
    const { headers } = rewritten(proof, () => [`${proof.name}: v1,AAAA`]);
    const rest = headers.filter((line) => line !== LENGTH);
    const trailer = `${proof.name}: ${proof.value}\r\n`;
    return {
      line: LINE,
      headers: [...rest, ...CHUNKED, `Trailer: ${proof.name}`],
      body: `${chunk(BODY)}0\r\n${trailer}\r\n`,
    };
  },
  // Lengths that contradict each other, or the body.
  (proof) => framed(proof, [LENGTH, ...CHUNKED], chunk(BODY) + END),
  (proof) => framed(proof, [...CHUNKED, 'Content-Length: 3'], chunk(BODY) + END),
  (proof, random) => framed(proof, [LENGTH, `Content-Length: ${BODY.length + oneOf([-1, 1], random)}`], BODY),
  (proof, random) => framed(proof, [`Content-Length: ${whole(random, BODY.length)}`], BODY),
  (proof, random) => framed(proof, [`Content-Length: ${BODY.length + 1 + whole(random, 50)}`], BODY),
  (proof, random) =>
    framed(
      proof,
      [`Content-Length: ${oneOf(['-1', 'NaN', '', '0x55', '1e2', `+${BODY.length}`], random)}`],
      BODY,
    ),
  (proof) => framed(proof, [], BODY),
  (proof, random) => {
    const coding = oneOf(['gzip', 'identity', 'chunked, chunked', 'xchunked', 'NaN'], random);
    return framed(proof, [`Transfer-Encoding: ${coding}`], chunk(BODY) + END);
  },
];

const LINES: readonly Change[] = [
  (proof, random) => {
    const method = oneOf(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'post', 'BREW'], random);
    return { ...authentic(proof), line: `${method} /gitlab/webhooks HTTP/1.1` };
  },
  (proof, random) => {
    const paths = ['/gitlab/webhooks/', '//gitlab/webhooks', '/gitlab/webhooks%00', '/gitlab//webhooks'];
    const others = ['/gitlab/system-hooks', '/GITLAB/webhooks', '/gitlab/webhooks/../system-hooks', '*'];
    return { ...authentic(proof), line: `POST ${oneOf([...paths, ...others], random)} HTTP/1.1` };
  },
  (proof, random) => {
    const version = oneOf(['HTTP/9.9', 'HTTP', '', 'HTTP/NaN', 'HTTP/1.1 HTTP/1.1'], random);
    return { ...authentic(proof), line: `POST /gitlab/webhooks ${version}` };
  },
];

function forged(random: Random): string {
  const kinds = [HEADERS, FRAMES, LINES] as const;
  const proof = oneOf([signature, token], random)();
  return written(oneOf(oneOf(kinds, random), random)(proof, random));
}

/** The status that comes back; null when the connection ends without one. */
function send(bytes: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(bytes, 'latin1')));
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer, and no end')));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      // Whoever is turned away while still writing.
      ['ECONNRESET', 'EPIPE'].includes(error.code ?? '') ? resolve(null) : reject(error),
    );
    socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0) || null));
  });
}

describe('requests of wrong bytes', () => {
  test(
    `are refused, all ${RUNS} of them`,
    async () => {
      for (let run = 0; run < RUNS; run += 1) {
        const seed = run * 7_919 + process.pid;
        const bytes = forged(seeded(seed));
        const status = await send(bytes);
        if (stored.length > 0 || (status !== null && (status < 400 || status >= 500))) {
          expect.fail(`seed ${seed}: ${status} for ${JSON.stringify(bytes.slice(-1_500))}`);
        }
      }
    },
    30_000 + RUNS * 50,
  );

  test.each([
    ['by its signature', signature],
    ['by its token', token],
  ])('are told from one that is authentic %s, in one piece or in chunks', async (_how, proof) => {
    const pieces = chunk(BODY.slice(0, 7)) + chunk(BODY.slice(7)) + END;
    for (const wire of [authentic(proof()), framed(proof(), CHUNKED, pieces)]) {
      stored.length = 0;
      expect(await send(written(wire))).toBe(204);
      expect(stored.map(({ body }) => body.toString())).toEqual([BODY]);
    }
    stored.length = 0;
  });
});
