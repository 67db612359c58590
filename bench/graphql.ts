/**
 * How many GraphQL requests a second: the first page of 20 contacts with their organizations, and a search, by 16
 * callers over HTTP on 1,000,000 contacts, 200,000 of them in the group that is asked. Beside it, in turns in the same
 * run and on the same tables, PostGraphile 4 (installed into a temporary directory; 5 needs Node 22) and one
 * hand-written statement over bare node:http. Each server is a process of its own. PostGraphile asks nobody for rights;
 * it searches by its filter plugin, and once more by a function that is given our index and our statement.
 * Run: node --import tsx bench/graphql.ts [--json] [--contacts=1000000] [--callers=16] [--seconds=15]
 */
import { rm } from 'node:fs/promises';
import pg from 'pg';
import { Pool } from 'undici';
import { type Contender, installPostGraphile, startContenders } from './graphql/contenders.ts';
import { asJson, log, option } from './options.ts';
import { startFilled } from './search/server.ts';

const contacts = option('contacts', 1_000_000);
const callers = option('callers', 16);
const seconds = option('seconds', 15);
const ROUNDS = 5;
const WARM_UP_MS = 3_000;
const WORDS = ['idge', 'guez', 'stein', 'croft', 'worth'];

interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

async function load(contender: Contender, words: readonly string[] | null, forMs: number): Promise<Round> {
  const { origin, pathname } = new URL(contender.url);
  const pool = new Pool(origin, { connections: callers });
  const times: number[] = [];
  const started = performance.now();
  const caller = async (): Promise<void> => {
    while (performance.now() - started < forMs) {
      const word = words?.[times.length % words.length] ?? null;
      const before = performance.now();
      const { statusCode, body } = await pool.request({
        path: pathname,
        method: 'POST',
        headers: contender.headers,
        body: contender.body(word),
      });
      const text = await body.text();
      if (statusCode !== 200 || text.includes('"errors"')) throw new Error(`${contender.name}: ${text}`);
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const elapsed = performance.now() - started;
  await pool.close();
  times.sort((one, other) => one - other);
  const at = (share: number): number => times[Math.floor((times.length - 1) * share)] ?? 0;
  return { perSecond: (times.length * 1_000) / elapsed, p50: at(0.5), p99: at(0.99) };
}

const middle = (rounds: readonly Round[]): Round => {
  const sorted = [...rounds].sort((one, other) => one.perSecond - other.perSecond);
  return sorted[Math.floor(sorted.length / 2)] ?? { perSecond: 0, p50: 0, p99: 0 };
};

/** That all find the same people in the same order. */
async function compare(contenders: readonly Contender[], words: readonly (string | null)[]): Promise<void> {
  for (const word of words) {
    const found = await Promise.all(
      contenders.map(async ({ url, headers, body, names }) => {
        const response = await fetch(url, { method: 'POST', headers, body: body(word) });
        return names(await response.text()).join();
      }),
    );
    if (new Set(found).size > 1) throw new Error(`for ${word} they find\n${found.join('\n')}`);
    if (found[0] === '') throw new Error(`nobody is found for ${word}`);
  }
}

async function measure(all: readonly Contender[], shape: string, words: readonly string[] | null) {
  const contenders = all.filter(({ searchesOnly }) => words !== null || !searchesOnly);
  await compare(contenders, words ?? [null]);
  const rounds = new Map(contenders.map(({ name }) => [name, [] as Round[]]));
  for (const contender of contenders) await load(contender, words, WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of contenders) {
      rounds.get(contender.name)?.push(await load(contender, words, (seconds * 1_000) / ROUNDS));
    }
  }
  const figures = contenders.map(({ name }) => ({ name, ...middle(rounds.get(name) ?? []) }));
  const [ours] = figures;
  return figures.map((figure) => ({
    shape,
    ...figure,
    ratio: (ours?.perSecond ?? 0) / figure.perSecond,
  }));
}

async function addSearch(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`CREATE OR REPLACE FUNCTION bench_search(crm bigint, word text) RETURNS SETOF contacts
    LANGUAGE sql STABLE AS $$ WITH m AS MATERIALIZED (SELECT * FROM contacts c
      WHERE c.crm_group_id = crm AND c.search_text LIKE '%' || word || '%')
    SELECT * FROM m ORDER BY last_key, id $$`);
  await client.end();
}

const size = { contacts, groups: 1_000, inHugeGroup: contacts / 5 };
const postgraphile = await installPostGraphile(log);
const server = await startFilled(size, log);
try {
  await addSearch(server.url);
  const contenders = await startContenders(server.url, { callers, postgraphile });
  try {
    log(`${contacts} contacts, ${callers} callers, ${seconds} s each; ms`);
    log('shape                          server                requests/s      p50      p99   ours to it');
    const figures = [
      ...(await measure(contenders, 'first page with organizations', null)),
      ...(await measure(contenders, 'search', WORDS)),
    ];
    for (const { shape, name, perSecond, p50, p99, ratio } of figures) {
      const cells = [
        perSecond.toFixed(0).padStart(10),
        p50.toFixed(2).padStart(9),
        p99.toFixed(2).padStart(9),
      ];
      log(`${shape.padEnd(31)}${name.padEnd(22)}${cells.join('')}${ratio.toFixed(2).padStart(13)}`);
    }
    if (asJson) process.stdout.write(`${JSON.stringify({ contacts, callers, seconds, figures })}\n`);
  } finally {
    await Promise.all(contenders.map(({ stop }) => stop()));
  }
} finally {
  await server.stop();
  await rm(postgraphile, { recursive: true, force: true });
}
