/**
 * How fast a signed slash command is acknowledged, and how fast it gets its final reply, with 1,000,000 contacts.
 * Beside it, in turns, a bare node:http server that only verifies the signature and acknowledges.
 * `acks`: people who send one and the same command again at each acknowledgement: Tieline acknowledges a repeat and
 * does not answer it again, so this is the way in alone. `find`: people who wait for the reply (a page of a search,
 * posted to the response address) before they ask for the next word; its acks are given while replies are made.
 * `look-up`: people who type into a menu, three keys a second each, from when a key was due until its choices are there
 * (`block_suggestion`), among 1,000,000 contacts and as many issues; aim: p99 under 100 ms.
 * Run: node --import tsx bench/slack.ts [--json] [--contacts=1000000] [--users=50] [--seconds=5] [--rounds=3]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { asJson, log, option } from './options.ts';
import { startFilled } from './search/server.ts';
import { fillIssues } from './slack/issues.ts';
import { type People, startPeople, type Typing } from './slack/people.ts';

const contacts = option('contacts', 1_000_000);
const users = option('users', 50);
const seconds = option('seconds', 5);
const rounds = option('rounds', 3);
const SECRET = 'bench-signing-secret-0123456789';
const WORDS = ['hopper', 'ada', 'lovelace', 'grace turing', 'northern', 'smith', 'marga', 'zoë'];
const TYPED: readonly Typing[] = [
  { of: 'contact', words: ['hopper', 'ada', 'lovelace', 'grace turing', 'zoë'] },
  { of: 'organization', words: ['northern', 'bakery', 'quantum pharma'] },
  { of: 'group', words: ['group-1', 'group-1'] },
  { of: 'issue', words: ['invoice of', 'hopper', 'zeppelin', 'group-1/app#17', 'app#99'] },
];
interface Figure {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

function figure(ms: readonly number[], took: number): Figure {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { perSecond: ms.length / took, p50: at(0.5), p99: at(0.99) };
}
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const middle = (figures: readonly Figure[]): Figure => ({
  perSecond: median(figures.map(({ perSecond }) => perSecond)),
  p50: median(figures.map(({ p50 }) => p50)),
  p99: median(figures.map(({ p99 }) => p99)),
});

async function serve(file: string, args: readonly string[]): Promise<{ url: string; child: ChildProcess }> {
  const path = fileURLToPath(new URL(`slack/${file}`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new AbortController();
  child.once('exit', (code) => ended.abort(new Error(`${file} ended with ${code} before it served`)));
  const [line] = (await once(createInterface(child.stdout), 'line', ended)) as [string];
  return { url: (JSON.parse(line) as { url: string }).url, child };
}

async function measure(people: People, bare: string, tieline: string) {
  const found: Record<'bare' | 'acks' | 'findAcks' | 'find', Figure[]> = {
    bare: [],
    acks: [],
    findAcks: [],
    find: [],
  };
  await people.acknowledge(bare, 1);
  await people.acknowledge(tieline, 1);
  await people.ask(tieline, 2, WORDS);
  for (let round = 0; round < rounds; round += 1) {
    const byBare = await people.acknowledge(bare, seconds);
    found.bare.push(figure(byBare.acks, byBare.seconds));
    const byTieline = await people.acknowledge(tieline, seconds);
    found.acks.push(figure(byTieline.acks, byTieline.seconds));
    const whole = await people.ask(tieline, seconds, WORDS);
    found.findAcks.push(figure(whole.acks, whole.seconds));
    found.find.push(figure(whole.replies, whole.seconds));
  }
  return found;
}

/** People who look something up, one kind after the other. */
async function lookUps(people: People, url: string): Promise<Record<string, Figure>> {
  const found: Record<string, Figure> = {};
  for (const typing of TYPED) {
    await people.lookUp(url, 1, typing);
    const { acks, seconds: took } = await people.lookUp(url, seconds, typing);
    found[`look-up ${typing.of}`] = figure(acks, took);
  }
  return found;
}

const given = process.env['BENCH_DATABASE_URL'];
const filled =
  given === undefined
    ? await startFilled({ contacts, groups: 1_000, inHugeGroup: contacts / 5 }, log)
    : { url: given, stop: async () => {} };
if (given === undefined) await fillIssues(filled.url, contacts);
const people = await startPeople(SECRET, users);
const children: ChildProcess[] = [];
try {
  const bare = await serve('serve-bare.ts', [SECRET]);
  children.push(bare.child);
  const tieline = await serve('serve-tieline.ts', [filled.url, SECRET, people.apiUrl, String(users)]);
  children.push(tieline.child);
  const found = await measure(people, bare.url, tieline.url);
  const figures = {
    bareAcks: middle(found.bare),
    acks: middle(found.acks),
    acksWhileAnswering: middle(found.findAcks),
    replies: middle(found.find),
    ...(await lookUps(people, tieline.url)),
  };
  const ratio = figures.acks.perSecond / figures.bareAcks.perSecond;
  log(`${contacts} contacts, ${users} people, medians of ${rounds} rounds of ${seconds} s`);
  for (const [name, { perSecond, p50, p99 }] of Object.entries(figures)) {
    log(
      `${name.padEnd(20)} ${perSecond.toFixed(0).padStart(7)}/s   p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms`,
    );
  }
  log(`acks against bare: ${ratio.toFixed(2)}`);
  if (asJson)
    process.stdout.write(`${JSON.stringify({ contacts, users, seconds, rounds, figures, ratio })}\n`);
} finally {
  for (const child of children) child.kill('SIGKILL');
  await people.close();
  await filled.stop();
}
