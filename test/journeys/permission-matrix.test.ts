/**
 * Asks every question of `permission-cases.ts` the way people ask, over real HTTP, and compares what comes back
 * with the printed policy table. A surface says how to ask for an ability; another one is added beside these.
 */
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slackCommand } from '../../src/commands/registry.ts';
import { startTieline, type Tieline } from '../../src/main.ts';
import { policyRows } from '../../src/policy/print.ts';
import type { Ability } from '../../src/policy/table.ts';
import { type FakeGitLab, startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { type FakeSlack, startFakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import { workspaceOfWorld } from '../../src/sandbox/slack/from-world.ts';
import { recordAndLoad } from '../../src/services/groups/open-crm-group.ts';
import { seedDemo } from '../../src/start/seed-demo.ts';
import { messageText, noteText } from '../support/as-read.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import {
  castPermissions,
  crmGroupIn,
  customerNumber,
  expected,
  neededRole,
  type Question,
  SETTINGS,
  unknownTo,
  type Verdict,
} from '../support/permission-cases.ts';
import { BOT_TOKEN, plantHook, SIGNING_SECRET, WEBHOOK_SECRET } from '../support/platforms.ts';

const { world, everybody, questions } = castPermissions();

let db: TestDatabase;
let slack: FakeSlack;
let gitlab: FakeGitLab;
let tieline: Tieline;

beforeAll(async () => {
  db = await testDatabase();
  gitlab = await startFakeGitLab({ world });
  const { users, ...place } = workspaceOfWorld(world);
  slack = await startFakeSlack({
    ...place,
    users,
    bot: { userId: world.slack.botUserId, botId: world.slack.botId, token: BOT_TOKEN },
    signingSecret: SIGNING_SECRET,
    requestUrl: () => `${tieline.url}/slack/events`,
    ackTimeoutMs: 30_000,
  });
  for (const { username } of everybody.filter((who) => who.blocked)) await gitlab.block(username);
  tieline = await startTieline({
    server: {
      port: 0,
      host: '127.0.0.1',
      publicUrl: null,
      databaseUrl: db.connectionString,
      dataDir: 'unused',
      logLevel: null,
    },
    platforms: {
      slack: { signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN, apiUrl: slack.apiUrl },
      gitlab: {
        url: gitlab.url,
        token: gitlab.tokenOf('tieline'),
        adminToken: gitlab.tokenOf('root'),
        webhookSecret: WEBHOOK_SECRET,
        signingTokens: [],
        systemHookSecret: null,
      },
    },
    migrates: false,
    log: pino({ level: 'silent' }),
  });
  for (const on of ['groups/alpha', 'groups/beta', 'groups/delta', 'projects/zoe/notes'] as const)
    await plantHook(gitlab, on, tieline.url);
  await seedDemo(tieline.services, world);
  await configure();
}, 120_000);

afterAll(async () => {
  await tieline.stop();
  await gitlab.close();
  await slack.close();
  await db.drop();
});

async function configure(): Promise<void> {
  const idOf = async (path: string): Promise<bigint> => {
    const hierarchy = await tieline.services.directory.group(path);
    if (!hierarchy) throw new Error(`no group ${path}`);
    return (await recordAndLoad(tieline.services, hierarchy)).own.id;
  };
  for (const { group, crmEnabled, source } of SETTINGS) {
    const sourceGroupId = source === null ? null : await idOf(source);
    await db.database.prisma.groupSettings.create({
      data: { groupId: await idOf(group), crmEnabled, sourceGroupId },
    });
  }
}

interface Answer {
  readonly verdict: Verdict;
  readonly text: string;
}

/** One way in: what it can ask for, and how. `twin` asks the same of a thing that does not exist. */
interface Surface {
  readonly name: string;
  readonly canAsk: (ability: Ability) => boolean;
  readonly ask: (question: Question) => Promise<Answer>;
  readonly twin: ((question: Question) => Promise<Answer>) | null;
}

const verdictOf = (text: string): Verdict => {
  if (/^(?:Error: )?The GitLab account \S+ is blocked\./.test(text)) return 'blocked';
  if (/does not exist, or you may not see it\./.test(text)) return 'hidden';
  if (/You may not [\w' ]+ in |CRM is off for |is in a personal namespace/.test(text)) return 'refused';
  if (/^(?:Error|Warning|:warning:)/.test(text)) throw new Error(`nothing to judge by: ${text}`);
  return 'allowed';
};

/** A word that tells this case's rows apart from all others. */
const markOf = (question: Question): string => `K${questions.indexOf(question)}`;

/** What is typed after `/crm` for each ability; `at` is a path or a reference. */
const SLACK_LINES: Readonly<Record<Ability, (question: Question, at: string) => string>> = {
  'contact.view': (question, at) => `show C${numberFor(question)} group=${at}`,
  'organization.view': (question, at) => `show O${numberFor(question)} group=${at}`,
  'contact.create': (question, at) => `new contact Made ${markOf(question)} group=${at}`,
  'contact.edit': (question, at) => `edit C${numberFor(question)} phone=${markOf(question)} group=${at}`,
  'organization.create': (question, at) => `new org ${markOf(question)} group=${at}`,
  'organization.edit': (question, at) => `edit O${numberFor(question)} note=${markOf(question)} group=${at}`,
  'issue.view_contacts': (_, at) => `contacts ${at}`,
  'issue.set_contacts': (question, at) => `link ${at} C${numberFor(question)}`,
  'settings.edit': (_, at) => `enable ${at}`,
};

function numberFor({ target }: Question): number {
  const group =
    target.kind === 'group' ? target.path : target.project.slice(0, target.project.lastIndexOf('/'));
  return Math.max(1, customerNumber(crmGroupIn(group)));
}

const placeOf = (surface: 'slack' | 'gitlab', { target }: Question): string =>
  target.kind === 'group' ? target.path : target.references[surface];

const answersOf = new Map<string, Set<string>>();

async function onSlack({ who }: Question, line: string): Promise<Answer> {
  const id = `U0${who.username.toUpperCase()}`;
  const read = answersOf.get(id) ?? new Set();
  answersOf.set(id, read);
  const outcome = await slack.as(id).command('support', `/crm ${line}`);
  if (outcome.status !== 200) throw new Error(`Slack got ${outcome.status} for ${line}`);
  const message = await slack.waitForMessage((said) => said.user === id && !read.has(said.ts), 30_000);
  read.add(message.ts);
  const text = messageText(message);
  return { verdict: verdictOf(text), text };
}

/** The same place with one letter wrong. */
const misspelt = (place: string): string => place.replace(/\w(?=#|$)/, 'zq');

const slackSurface: Surface = {
  name: 'Slack',
  canAsk: (ability) =>
    slackCommand(
      SLACK_LINES[ability](questions[0] as Question, 'x')
        .split(' ')
        .slice(0, 2),
    ) !== null,
  ask: (question) => onSlack(question, SLACK_LINES[question.ability](question, placeOf('slack', question))),
  twin: (question) =>
    onSlack(question, SLACK_LINES[question.ability](question, misspelt(placeOf('slack', question)))),
};

const COMMENTS: Readonly<Partial<Record<Ability, (question: Question) => string>>> = {
  'issue.view_contacts': () => '@tieline contacts',
  'issue.set_contacts': (question) => `@tieline add_contacts C${numberFor(question)}`,
};

const BOT = world.people.find(({ username }) => username === 'tieline');

/** Who cannot even comment is answered by GitLab itself, which says that there is no such issue. */
const gitlabSurface: Surface = {
  name: 'GitLab',
  canAsk: (ability) => COMMENTS[ability] !== undefined,
  ask: async (question) => {
    const [project = '', iid] = placeOf('gitlab', question).split('#');
    const comment = COMMENTS[question.ability]?.(question) ?? '';
    const commented = await gitlab
      .as(question.who.username)
      .comment(project, Number(iid), comment)
      .then(
        () => true,
        () => false,
      );
    if (!commented) return { verdict: question.who.blocked ? 'blocked' : 'hidden', text: '' };
    const note = await answerOn(project, Number(iid));
    const text = noteText(note.body);
    return { verdict: verdictOf(text), text };
  },
  twin: null,
};

async function answerOn(project: string, iid: number): Promise<{ body: string }> {
  for (;;) {
    const note = gitlab.notes(project, iid).find(({ author }) => author.id === BOT?.id);
    if (note) return note;
    await gitlab.idle();
    await tieline.worker.idle();
  }
}

const AT_ONCE = 8;

/** Works through people at once, each asking one thing after another. */
async function each<Result>(
  asked: readonly Question[],
  ask: (question: Question) => Promise<Result>,
): Promise<Map<Question, Result>> {
  const results = new Map<Question, Result>();
  const queues = everybody.map((who) => asked.filter((question) => question.who === who));
  const worker = async (): Promise<void> => {
    for (let queue = queues.shift(); queue; queue = queues.shift()) {
      for (const question of queue) results.set(question, await ask(question));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

describe.each([slackSurface, gitlabSurface])('who may do what on $name', (surface) => {
  let answers = new Map<Question, Answer>();
  beforeAll(async () => {
    answers = await each(
      questions.filter(({ ability }) => surface.canAsk(ability)),
      surface.ask,
    );
  }, 240_000);

  test('is what the printed table says, in every role and every place', () => {
    const lines = (of: (question: Question, answer: Answer) => Verdict) =>
      [...answers].map(([question, answer]) => `${question.title}: ${of(question, answer)}`).sort();
    expect(lines((_, { verdict }) => verdict)).toEqual(lines((question) => expected(question)));
  });

  test('is asked in every cell of the table, and answered in every way', () => {
    const cells = new Set(
      [...answers.keys()].map(({ ability, who }) => `${ability} ${who.memberships[0]?.role}`),
    );
    const abilities = policyRows().filter(({ ability }) => surface.canAsk(ability));
    expect(cells.size).toBeGreaterThanOrEqual(abilities.length * 7);
    expect(new Set([...answers.values()].map(({ verdict }) => verdict)).size).toBe(4);
  });

  test('a refusal for want of a role names the lowest that the table grants', () => {
    const wanting = [...answers].filter(([, { text }]) => text.includes('You may not '));
    expect(wanting.length).toBeGreaterThan(0);
    for (const [{ title }, { text }] of wanting) {
      const words = /You may not ([\w' ]+?) in /.exec(text)?.[1] ?? '';
      const needed = neededRole(words);
      const orHigher = needed === 'Owner' ? '' : ' or higher';
      expect(`${title}: ${text}`).toContain(`It takes the ${needed} role${orHigher} there`);
    }
  });

  test('no answer names a group that the person may not know of, unless they named it', () => {
    for (const [question, { text }] of answers) {
      const asked = surface.name === 'Slack' ? placeOf('slack', question) : placeOf('gitlab', question);
      for (const group of unknownTo(question.who))
        expect(`${question.title}: ${text.replaceAll(asked, '…')}`).not.toMatch(
          new RegExp(`: .*\\b${group}\\b`, 's'),
        );
    }
  });

  test('what is hidden reads like what does not exist', async () => {
    const hidden = [...answers].filter(([, { verdict, text }]) => verdict === 'hidden' && text !== '');
    if (surface.twin === null) {
      for (const [question, { text }] of hidden)
        expect(text).toMatch(`Issue ${placeOf('gitlab', question)} does not exist, or you may not see it.`);
      return;
    }
    const twins = await each(
      hidden.map(([question]) => question),
      surface.twin,
    );
    for (const [question, { text }] of hidden) {
      const place = placeOf('slack', question);
      const twin = twins.get(question)?.text ?? '';
      expect(`${question.title}: ${text.replaceAll(place, 'it')}`).toBe(
        `${question.title}: ${twin.replaceAll(misspelt(place), 'it')}`,
      );
    }
  }, 240_000);

  test('what was refused left nothing behind, and what was allowed is there', async () => {
    await tieline.worker.idle();
    const allowed = (ability: Ability) =>
      [...answers].flatMap(([question, { verdict }]) =>
        question.ability === ability && verdict === 'allowed' ? [question] : [],
      );
    const { prisma } = db.database;
    if (surface === slackSurface) {
      const contacts = await prisma.contact.findMany({ where: { firstName: 'Made' } });
      expect(contacts.map(({ lastName }) => lastName).sort()).toEqual(
        allowed('contact.create').map(markOf).sort(),
      );
      const organizations = await prisma.organization.findMany({ where: { name: { startsWith: 'K' } } });
      expect(organizations.map(({ name }) => name).sort()).toEqual(
        allowed('organization.create').map(markOf).sort(),
      );
    }
    const links = await prisma.issueContact.findMany({ include: { issue: { include: { project: true } } } });
    const side = surface === slackSurface ? 'slack' : 'gitlab';
    const ours = new Set(questions.map((question) => placeOf(side, question)));
    const linked = links
      .map(({ issue }) => `${issue.project.fullPath}#${issue.iid}`)
      .filter((at) => ours.has(at));
    expect(linked.sort()).toEqual(
      allowed('issue.set_contacts')
        .map((question) => placeOf(side, question))
        .sort(),
    );
  });
});

test('every ability of the table can be asked for on some surface', () => {
  const never = policyRows().filter(
    ({ ability }) => !slackSurface.canAsk(ability) && !gitlabSurface.canAsk(ability),
  );
  expect(never).toEqual([]);
});

test('Slack took every message, and no delivery failed', async () => {
  expect(slack.violations()).toEqual([]);
  const { prisma } = db.database;
  expect(await prisma.delivery.count({ where: { state: { not: 'done' } } })).toBe(0);
  expect(await prisma.outboxMessage.count({ where: { state: { not: 'sent' } } })).toBe(0);
});
