import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. `body` makes a request for a page, or for a search. */
export interface Contender {
  /** Whether it searches only, and has no page of its own to be measured. */
  readonly searchesOnly?: true;
  readonly name: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: (word: string | null) => string;
  /** The last names in an answer, in order. */
  readonly names: (answer: string) => string[];
  stop(): Promise<void>;
}

/** The newest that runs on Node 20, and the filters that it has no search without. */
const POSTGRAPHILE = ['postgraphile@4.14.1', 'postgraphile-plugin-connection-filter@2.3.0'];

/** Installs PostGraphile outside of the repository; the directory is the caller's to remove. */
export async function installPostGraphile(log: (line: string) => void): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tieline-bench-postgraphile-'));
  await writeFile(join(directory, 'package.json'), '{"private":true}');
  log(`installing ${POSTGRAPHILE.join(' and ')}`);
  const args = ['install', '--no-audit', '--no-fund', '--silent', ...POSTGRAPHILE];
  const { status, stderr } = spawnSync('npm', args, { cwd: directory, encoding: 'utf8' });
  if (status === 0) return directory;
  await rm(directory, { recursive: true, force: true });
  throw new Error(`npm cannot install ${POSTGRAPHILE.join(' and ')}: ${stderr}`);
}

async function start(script: string, args: readonly string[]) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
  if (typeof line !== 'string') throw new Error(`${script} did not start`);
  const { url, token } = JSON.parse(line) as { url: string; token: string | null };
  return {
    url,
    headers: {
      'content-type': 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

const OURS = {
  page: `query { group(fullPath: "group-1") { contacts(first: 20) { nodes {
    id firstName lastName email phone active organization { id name } } pageInfo { hasNextPage endCursor } } } }`,
  search: `query ($word: String) { group(fullPath: "group-1") { contacts(first: 20, search: $word) { nodes {
    id firstName lastName email phone active organization { id name } } pageInfo { hasNextPage endCursor } } } }`,
};
const THEIR_NODES = `nodes { id firstName lastName email phone active
  organizationByCrmGroupIdAndOrganizationId { id name } } pageInfo { hasNextPage endCursor }`;
const THEIRS = {
  page: `query { found: allContacts(first: 20, orderBy: LAST_KEY_ASC, condition: { crmGroupId: "1" }) { ${THEIR_NODES} } }`,
  search: `query ($word: String) { found: allContacts(first: 20, orderBy: LAST_KEY_ASC, condition: { crmGroupId: "1" },
    filter: { or: [{ firstName: { includesInsensitive: $word } }, { lastName: { includesInsensitive: $word } },
      { email: { includesInsensitive: $word } }, { description: { includesInsensitive: $word } }] }) { ${THEIR_NODES} } }`,
  byFunction: `query ($word: String) { found: benchSearch(first: 20, crm: "1", word: $word) { ${THEIR_NODES} } }`,
};

interface Named {
  readonly lastName: string;
}

const bodyOf = (queries: { page: string; search: string }) => (word: string | null) =>
  JSON.stringify(word === null ? { query: queries.page } : { query: queries.search, variables: { word } });
const namesOf = (nodes: readonly Named[]): string[] => nodes.map(({ lastName }) => lastName);

/** All three on the same database. */
export async function startContenders(
  connectionString: string,
  { callers, postgraphile }: { callers: number; postgraphile: string },
): Promise<readonly [Contender, ...Contender[]]> {
  const common = [connectionString, String(callers)];
  const [ours, theirs, byHand] = await Promise.all([
    start('serve-tieline.ts', common),
    start('serve-postgraphile.ts', [postgraphile, ...common]),
    start('serve-by-hand.ts', common),
  ]);
  return [
    {
      name: 'Tieline',
      ...ours,
      body: bodyOf(OURS),
      names: (answer) => namesOf(JSON.parse(answer).data.group.contacts.nodes),
    },
    {
      name: 'PostGraphile 4',
      ...theirs,
      body: bodyOf(THEIRS),
      names: (answer) => namesOf(JSON.parse(answer).data.found.nodes),
    },
    {
      name: 'PostGraphile, our SQL',
      searchesOnly: true,
      ...theirs,
      stop: async () => {},
      body: bodyOf({ page: '', search: THEIRS.byFunction }),
      names: (answer) => namesOf(JSON.parse(answer).data.found.nodes),
    },
    {
      name: 'one SQL, node:http',
      ...byHand,
      body: (word) => JSON.stringify({ word }),
      names: (answer) => namesOf(JSON.parse(answer).data.nodes),
    },
  ];
}
