import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { writeMemory } from '../../src/slack/views/metadata.ts';

const MEMORY = writeMemory({ key: 'bench', channelId: null, group: 'group-1', data: {} });

/** What people in front of Slack saw: milliseconds of each acknowledgement and of each final reply. */
export interface Seen {
  readonly acks: number[];
  readonly replies: number[];
  readonly seconds: number;
}

/** Slack with people in front of it: signs commands, and takes replies at its response addresses. */
export interface People {
  readonly apiUrl: string;
  /** Each person waits for the acknowledgement of one and the same command, and sends it again at once. */
  acknowledge(url: string, seconds: number): Promise<Seen>;
  /** Each person waits for the reply before asking for the next word. */
  ask(url: string, seconds: number, words: readonly string[]): Promise<Seen>;
  /** Each person types into a menu that looks things up, three keys a second; the times are from when a key was due. */
  lookUp(url: string, seconds: number, typing: Typing): Promise<Seen>;
  close(): Promise<void>;
}

/** What is looked up, and what people type. */
export interface Typing {
  readonly of: 'contact' | 'organization' | 'group' | 'issue';
  readonly words: readonly string[];
}

const KEY_MS = 1_000 / 3;

export async function startPeople(secret: string, count: number): Promise<People> {
  const waiting = new Map<string, (at: number) => void>();
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
      const key = incoming.url ?? '';
      waiting.get(key)?.(performance.now());
      waiting.delete(key);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const agent = new Agent({ keepAlive: true, maxSockets: count });
  let serial = 0;
  const send = (url: string, user: number, command: { text: string; trigger: string; path: string }) => {
    const body = new URLSearchParams({
      command: '/crm',
      team_id: 'T1',
      channel_id: 'C1',
      user_id: `U${user}`,
      text: command.text,
      trigger_id: command.trigger,
      response_url: origin + command.path,
    }).toString();
    return signed({ url, body, secret, agent });
  };
  const everybody = async (seconds: number, one: (user: number, until: number) => Promise<void>) => {
    const started = performance.now();
    const until = started + seconds * 1_000;
    await Promise.all(Array.from({ length: count }, (_, user) => one(user, until)));
    return (performance.now() - started) / 1_000;
  };
  return {
    apiUrl: `${origin}/api/`,
    acknowledge: async (url, seconds) => {
      const acks: number[] = [];
      const took = await everybody(seconds, async (user, until) => {
        while (performance.now() < until) {
          acks.push(await send(url, user, { text: 'help', trigger: `same-${user}`, path: `/ack/${user}` }));
        }
      });
      return { acks, replies: [], seconds: took };
    },
    ask: async (url, seconds, words) => {
      const acks: number[] = [];
      const replies: number[] = [];
      const took = await everybody(seconds, async (user, until) => {
        while (performance.now() < until) {
          serial += 1;
          const path = `/reply/${serial}`;
          const replied = new Promise<number>((resolve) => waiting.set(path, resolve));
          const started = performance.now();
          const text = `find ${words[serial % words.length] ?? 'ada'} group=group-1`;
          acks.push(await send(url, user, { text, trigger: `t-${serial}`, path }));
          replies.push((await replied) - started);
        }
      });
      return { acks, replies, seconds: took };
    },
    lookUp: async (url, seconds, { of, words }) => {
      const acks: number[] = [];
      const keys = words.flatMap((word) => [...word].map((_, end) => word.slice(0, end + 1)));
      const took = await everybody(seconds, async (user, until) => {
        const begun = performance.now() + (KEY_MS * user) / count;
        for (let key = user, due = begun; due < until; key += 1, due += KEY_MS) {
          await delay(Math.max(due - performance.now(), 0));
          const payload = JSON.stringify({
            type: 'block_suggestion',
            team: { id: 'T1' },
            user: { id: `U${user}`, team_id: 'T1' },
            action_id: `find:${of}`,
            block_id: of,
            value: keys[key % keys.length] ?? '',
            view: { id: 'V1', type: 'modal', private_metadata: MEMORY },
          });
          const body = new URLSearchParams({ payload }).toString();
          await signed({ url, body, secret, agent, holds: 'option' });
          acks.push(performance.now() - due);
        }
      });
      return { acks, replies: [], seconds: took };
    },
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Signed {
  readonly url: string;
  readonly body: string;
  readonly secret: string;
  readonly agent: Agent;
  /** What the answer has to hold. */
  readonly holds?: string;
}

/** Milliseconds until the acknowledgement was read; rejects for any other status than 200. */
function signed({ url, body, secret, agent, holds = '' }: Signed): Promise<number> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': Buffer.byteLength(body),
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
        },
      },
      (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
        response.on('end', () => {
          if (response.statusCode === 200 && answer.includes(holds)) resolve(performance.now() - started);
          else reject(new Error(`answered ${response.statusCode} ${answer.slice(0, 200)}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
