import { expect } from 'vitest';
import type { FakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import type { World } from './tieline.ts';

/** One telling of a story, in a group of its own. */
export interface Telling {
  /** Its group: `acme/t7x3`. */
  readonly group: string;
  readonly as: FakeGitLab['as'];
  /** The number of an issue in `a` that the story begins with. */
  readonly issue: number;
  /** What earlier steps came to. */
  readonly made: number[];
}

export type Step = (telling: Telling) => Promise<unknown>;

interface Story {
  readonly name: string;
  /** Told in order, and heard of before anything else happens. */
  readonly before?: readonly Step[];
  readonly steps: readonly Step[];
}

const says =
  (
    who: string,
    text: string,
    where: (telling: Telling) => [string, number] = ({ group, issue }) => [`${group}/a`, issue],
  ): Step =>
  (telling) =>
    telling.as(who).comment(...where(telling), text);

const move =
  (from: (telling: Telling) => [string, number], to: (telling: Telling) => string): Step =>
  async (telling) => {
    const { iid } = await telling.as('olga').moveIssue(...from(telling), to(telling));
    telling.made.push(iid);
  };

const first = ({ group, issue }: Telling): [string, number] => [`${group}/a`, issue];
const inB = ({ group }: Telling) => `${group}/b`;
const made =
  (project: string, index = 0) =>
  ({ group, made: numbers }: Telling): [string, number] => [`${group}/${project}`, numbers[index] ?? 0];

export const STORIES: readonly Story[] = [
  {
    name: 'contacts come and go by three people',
    steps: [
      says('pia', '@tieline add_contacts ada@example.com hedy@example.org'),
      says('dev', '@tieline remove_contacts ada@example.com'),
      says('max', 'Who was that?'),
      says('rita', '/crm add ada@example.com\n/crm remove hedy@example.org'),
    ],
  },
  {
    name: 'contacts are replaced between changes of the issue',
    steps: [
      says('pia', '@tieline add_contacts ada@example.com'),
      ({ as, group, issue }) =>
        as('max').updateIssue(`${group}/a`, issue, { title: 'Renamed', confidential: true }),
      says('pia', '@tieline set_contacts hedy@example.org'),
      ({ as, group, issue }) => as('max').closeIssue(`${group}/a`, issue),
      says('dev', '@tieline add_contacts charles@example.com'),
      ({ as, group, issue }) => as('max').reopenIssue(`${group}/a`, issue),
    ],
  },
  {
    name: 'a description asks for contacts and a comment takes one back',
    steps: [
      async ({ as, group, made: numbers }) => {
        const text = 'Please look.\n\n@tieline add_contacts ada@example.com hedy@example.org';
        numbers.push((await as('pia').createIssue(`${group}/a`, { title: 'Asks', description: text })).iid);
      },
      says('dev', '@tieline remove_contacts hedy@example.org', made('a')),
    ],
  },
  {
    name: 'an issue is moved and loses a contact where it is now',
    steps: [
      says('pia', '@tieline add_contacts ada@example.com hedy@example.org'),
      move(first, inB),
      says('pia', '@tieline remove_contacts ada@example.com', made('b')),
    ],
  },
  {
    name: 'an issue is moved to another company',
    steps: [
      says('pia', '@tieline add_contacts ada@example.com hedy@example.org'),
      move(first, () => 'globex/portal'),
      ({ as, group, made: [iid = 0] }) =>
        as('nina').updateIssue('globex/portal', iid, { title: `Ours now, once in ${group}` }),
    ],
  },
  {
    name: 'a closed issue is moved',
    steps: [
      says('pia', '@tieline add_contacts ada@example.com'),
      ({ as, group, issue }) => as('max').closeIssue(`${group}/a`, issue),
      move(first, inB),
      says('dev', '@tieline add_contacts hedy@example.org', made('b')),
    ],
  },
  {
    name: 'an issue is cloned and the clone loses a contact',
    steps: [
      says('pia', '@tieline add_contacts ada@example.com hedy@example.org'),
      async ({ as, group, issue, made: numbers }) => {
        const to = { project: `${group}/b`, withNotes: true };
        numbers.push((await as('olga').cloneIssue(`${group}/a`, issue, to)).iid);
      },
      says('pia', '@tieline remove_contacts ada@example.com', made('b')),
    ],
  },
  {
    name: 'an issue is moved on and on',
    steps: [
      says('pia', '@tieline add_contacts ada@example.com'),
      move(first, inB),
      says('pia', '@tieline add_contacts hedy@example.org', made('b')),
      move(made('b'), ({ group }) => `${group}/c`),
      says('pia', '@tieline remove_contacts ada@example.com', made('c', 1)),
    ],
  },
  {
    name: 'a project is transferred to another company',
    before: [says('pia', '@tieline add_contacts ada@example.com')],
    steps: [
      ({ as, group, issue }) => as('max').updateIssue(`${group}/a`, issue, { title: 'About to go' }),
      ({ as, group }) => as('root').transferProject(`${group}/a`, group.replace('acme/', 'globex/to-')),
      says('nina', 'Welcome.', ({ group, issue }) => [`${group.replace('acme/', 'globex/to-')}/a`, issue]),
      ({ as, group }) => as('max').createIssue(`${group}/b`, { title: 'Stays' }),
    ],
  },
  {
    name: 'a group is transferred to another company',
    before: [says('pia', '@tieline add_contacts ada@example.com hedy@example.org')],
    steps: [
      says('max', 'We are leaving.'),
      ({ as, group }) => as('root').transferGroup(group, 'globex'),
      ({ as, group, issue }) => as('nina').closeIssue(`${group.replace('acme', 'globex')}/a`, issue),
      ({ as, group }) =>
        as('nina').createIssue(`${group.replace('acme', 'globex')}/b`, { title: 'New there' }),
    ],
  },
];

export type Sent = ReturnType<FakeGitLab['deliveries']>[number];

/** Takes what GitLab sends and was told to lose, and brings it when asked to. */
export interface Post {
  /** What was sent since the last time. */
  collect(): Promise<Sent[]>;
  /** `twin` stands for a second hook that has the same event. */
  bring(sent: Sent, twin?: boolean): Promise<void>;
}

/** Hooks that GitLab has sent off and nobody has received. */
export function createPost(world: World): Post {
  let seen = 0;
  const collect = async (): Promise<Sent[]> => {
    await world.gitlab.idle();
    const fresh = world.gitlab.deliveries().filter(({ id }) => id > seen);
    seen = fresh.at(-1)?.id ?? seen;
    return fresh.filter(({ error }) => error === 'lost on the way');
  };
  /** `twin` stands for a second hook that has the same event. */
  const bring = async ({ url, requestHeaders, requestBody, idempotencyKey }: Sent, twin = false) => {
    const headers = twin
      ? { ...requestHeaders, 'Idempotency-Key': `${idempotencyKey}-twin` }
      : requestHeaders;
    const request = { method: 'POST', headers, body: requestBody };
    // A connection that lay idle may be closed in the very moment in which it is used again.
    const { status } = await fetch(url, request).catch(() => fetch(url, request));
    expect(status).toBe(204);
  };
  return { collect, bring };
}

let tellings = 0;

async function begin(world: World): Promise<Telling> {
  tellings += 1;
  const group = `acme/t${process.pid}x${tellings}end`;
  const olga = world.gitlab.as('olga');
  await olga.createGroup(group);
  for (const project of ['a', 'b', 'c']) await olga.createProject(`${group}/${project}`);
  const nina = world.gitlab.as('nina');
  await nina.createGroup(group.replace('acme/', 'globex/to-'));
  const { iid } = await world.gitlab.as('max').createIssue(`${group}/a`, { title: 'It begins' });
  return { group, as: (name) => world.gitlab.as(name), issue: iid, made: [] };
}

/** What came of a telling, with its own names left out. */
export async function outcomeOf(world: World, { group }: Telling): Promise<string[]> {
  const { prisma } = world.db.database;
  const name = group.slice('acme/'.length);
  const plain = (text: string) => text.replaceAll(name, 'STORY').replace(/(globex\/portal)#\d+/, '$1#N');
  const isOurs = (path: string) => path.includes(`/${name}/`) || path.includes(`/to-${name}/`);
  const issues = (await prisma.issue.findMany({ include: { project: true } })).filter(
    ({ project: { fullPath }, title }) => isOurs(fullPath) || title.endsWith(` once in ${group}`),
  );
  const refOf = (id: bigint | null) => {
    const found = issues.find((issue) => issue.id === id);
    return found ? `${found.project.fullPath}#${found.iid}` : '';
  };
  const lines: string[] = [];
  for (const { id, title, state, confidential, movedToId, project, iid } of issues) {
    const reference = `${project.fullPath}#${iid}`;
    const linked = (await world.rows.linked(reference)).join(' ');
    const answers = await prisma.outboxMessage.count({ where: { lane: `gitlab:issue:${id}` } });
    const secret = confidential ? 'confidential ' : '';
    lines.push(`${reference} "${title}" ${secret}${state} ${refOf(movedToId)} [${linked}] ${answers} notes`);
  }
  const transfers = await prisma.transfer.findMany();
  for (const { kind, state, formerPath, subjectPath, reason } of transfers) {
    if (!`${formerPath} ${subjectPath}`.includes(name)) continue;
    lines.push(`${kind} ${state} ${reason}: ${formerPath} to ${subjectPath}`);
  }
  const places = await prisma.project.findMany({ where: { fullPath: { contains: name } } });
  lines.push(...places.map(({ fullPath }) => fullPath));
  // Links that came one by one followed one by one: that is told once for each.
  return [...new Set(lines.map(plain))].sort();
}

export interface Progress {
  readonly telling: Telling;
  readonly left: Step[];
}

/** Begins all stories; what they begin with has been heard of. */
export async function beginAll(world: World, post: Post): Promise<Progress[]> {
  const progress: Progress[] = [];
  for (const { before = [], steps } of STORIES) {
    const telling = await begin(world);
    for (const step of before) await step(telling);
    progress.push({ telling, left: [...steps] });
  }
  await bringAll(world, post);
  return progress;
}

/** Brings everything in the order in which it was sent, the hooks of the bot's own answers too. */
export async function bringAll(world: World, post: Post): Promise<void> {
  for (;;) {
    const sent = await post.collect();
    for (const delivery of sent) await post.bring(delivery);
    if (sent.length === 0) return;
    await world.settled();
  }
}

/** Tells all stories with every hook at once; gives what comes of each. */
export async function tellInOrder(world: World): Promise<string[][]> {
  const post = createPost(world);
  const progress = await beginAll(world, post);
  while (progress.some(({ left }) => left.length > 0)) {
    for (const { telling, left } of progress) await left.shift()?.(telling);
    await bringAll(world, post);
  }
  return Promise.all(progress.map(({ telling }) => outcomeOf(world, telling)));
}
