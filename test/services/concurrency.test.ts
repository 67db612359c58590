/**
 * Sixteen writers at once on a real PostgreSQL, each with a connection of its own. What each of them does comes from
 * a seed that is printed when something fails: `CONCURRENCY_SEED=… npx vitest run test/services/concurrency.test.ts`.
 * CONCURRENCY_STEPS lets each take more steps.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { createDatabase, type Database } from '../../src/db/client.ts';
import type { Actor } from '../../src/domain/actor.ts';
import { AppError, type ErrorCode } from '../../src/domain/errors.ts';
import { contactId, organizationId } from '../../src/domain/ids.ts';
import { fromJson, type Json } from '../../src/domain/json.ts';
import { createContact } from '../../src/services/contacts/create-contact.ts';
import { editContact } from '../../src/services/contacts/edit-contact.ts';
import type { ServiceDeps } from '../../src/services/deps.ts';
import { openSettings } from '../../src/services/groups/group-settings.ts';
import { type OpenedCrmGroup, openCrmGroup } from '../../src/services/groups/open-crm-group.ts';
import { setCrmEnabled } from '../../src/services/groups/set-crm-enabled.ts';
import { changeContacts } from '../../src/services/issues/change-contacts.ts';
import { openFetchedIssue } from '../../src/services/issues/open-issue.ts';
import { createOrganization } from '../../src/services/organizations/create-organization.ts';
import { editOrganization } from '../../src/services/organizations/edit-organization.ts';
import { transferGroup } from '../../src/services/transfers/transfer-group.ts';
import { openTransferStage, type TransferStage } from '../support/transfer-stage.ts';

const WRITERS = 16;
const STEPS = Number(process.env['CONCURRENCY_STEPS'] ?? 12);
const SEED = Number(process.env['CONCURRENCY_SEED'] ?? Date.now() % 1_000_000);

let stage: TransferStage;
let database: Database;
let deps: ServiceDeps;

beforeAll(async () => {
  stage = await openTransferStage();
  database = createDatabase({ connectionString: stage.db.connectionString, maxConnections: WRITERS });
  deps = { ...stage.deps, database };
});
afterAll(async () => {
  await database.close();
  await stage.close();
});
beforeEach(async () => {
  await stage.reset();
  for (const root of ['A', 'B']) {
    await stage.group(root);
    await stage.group(`${root}1`, root);
    await stage.project(`P${root}`, `${root}1`);
    for (let n = 0; n < 3; n += 1) await stage.issue(`P${root}`);
    await stage.subscribe(root, `C${root}`);
  }
  stage.person('w', { A: 'owner', B: 'owner' });
});

/** A small generator of numbers that a seed repeats (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const EMAILS = 8;
const NAMES = 5;
const cased = (text: string, roll: (below: number) => number): string =>
  roll(2) === 0 ? text : text.toUpperCase();

interface Tally {
  readonly done: Map<string, number>;
  readonly refused: Map<ErrorCode, number>;
  readonly raw: unknown[];
}

const add = <Key>(counts: Map<Key, number>, key: Key): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** Counts what came of something; only what nobody could be told about is a fault. */
async function counted(tally: Tally, name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    if ((await work()) !== false) add(tally.done, name);
  } catch (error) {
    if (error instanceof AppError) add(tally.refused, error.code);
    else tally.raw.push(error);
  }
}

type Roll = (below: number) => number;
type Step = (roll: Roll) => Promise<unknown>;

const inGroup = (actor: Actor, roll: Roll): Promise<OpenedCrmGroup> =>
  openCrmGroup(deps, actor, stage.id(['A', 'B', 'A1', 'B1'][roll(4)] ?? 'A'));

const email = (roll: Roll): string => cased(`c${roll(EMAILS)}@example.com`, roll);
const issueOf = (roll: Roll): string => `P${['A', 'B'][roll(2)]}#${1 + roll(3)}`;

const STEPS_OF: Readonly<Record<string, Step>> = {
  createContact: async (roll) =>
    createContact(deps, await inGroup(stage.actor('w'), roll), {
      firstName: 'C',
      lastName: `${roll(100)}`,
      email: email(roll),
      ...(roll(2) === 0 ? { organization: `org ${roll(NAMES)}` } : {}),
    }),
  createOrganization: async (roll) =>
    createOrganization(deps, await inGroup(stage.actor('w'), roll), {
      name: cased(`Org ${roll(NAMES)}`, roll),
    }),
  link: async (roll) => change(roll, 'add'),
  unlink: async (roll) => change(roll, 'remove'),
  replace: async (roll) => change(roll, 'replace'),
  editContact: async (roll) => {
    const edit = roll(2) === 0 ? { email: email(roll) } : { phone: `${roll(5)}`, active: roll(4) > 0 };
    const { changes } = await editContact(deps, await inGroup(stage.actor('w'), roll), {
      id: contactId(1 + roll(2 * EMAILS)),
      edit,
      ...(roll(2) === 0 ? { version: 1 + roll(4) } : {}),
    });
    return changes.length > 0;
  },
  editOrganization: async (roll) => {
    const { changes } = await editOrganization(deps, await inGroup(stage.actor('w'), roll), {
      id: organizationId(1 + roll(2 * NAMES)),
      edit: { name: cased(`Org ${roll(NAMES)}`, roll), description: `${roll(5)}` },
    });
    return changes.length > 0;
  },
  settings: async (roll) => {
    const opened = await openSettings(deps, stage.actor('w'), stage.id(['A', 'A1'][roll(2)] ?? 'A'));
    return (await setCrmEnabled(deps, opened, roll(4) > 0)).changed;
  },
};

async function change(roll: Roll, kind: 'add' | 'remove' | 'replace'): Promise<boolean> {
  const opened = await openFetchedIssue(deps, stage.actor('w'), stage.issueAt(issueOf(roll)));
  const references = [email(roll), email(roll)];
  const { outcomes } = await changeContacts(deps, opened, { kind, references, names: false });
  return outcomes.some((outcome) => outcome.kind === 'added' || outcome.kind === 'removed');
}

/** Lets every writer take its steps, all at once. */
async function write(names: readonly string[], seed = SEED): Promise<Tally> {
  const tally: Tally = { done: new Map(), refused: new Map(), raw: [] };
  const writer = async (index: number): Promise<void> => {
    const roll = dice(seed * 100 + index);
    for (let step = 0; step < STEPS; step += 1) {
      const name = names[roll(names.length)] ?? '';
      await counted(tally, name, async () => STEPS_OF[name]?.(roll));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index)));
  return tally;
}

const sayTheSeed = (): void => {
  onTestFailed(() => {
    process.stderr.write(`CONCURRENCY_SEED=${SEED}\n`);
  });
};

/** Rows that break what must hold whatever happens; none in a sound database. */
async function broken(): Promise<unknown[]> {
  return database.prisma.$queryRaw<unknown[]>`
    SELECT 'two contacts with one address' AS what, lower(email) AS which FROM contacts WHERE email IS NOT NULL
      GROUP BY crm_group_id, lower(email) HAVING count(*) > 1
    UNION ALL SELECT 'two organizations with one name', lower(name) FROM organizations
      GROUP BY crm_group_id, lower(name) HAVING count(*) > 1
    UNION ALL SELECT 'a link across crm groups', l.issue_id::text FROM issue_contacts l
      LEFT JOIN issues i ON i.id = l.issue_id AND i.crm_group_id = l.crm_group_id
      LEFT JOIN contacts c ON c.id = l.contact_id AND c.crm_group_id = l.crm_group_id
      WHERE i.id IS NULL OR c.id IS NULL
    UNION ALL SELECT 'an organization of another crm group', c.id::text FROM contacts c
      LEFT JOIN organizations o ON o.id = c.organization_id AND o.crm_group_id = c.crm_group_id
      WHERE c.organization_id IS NOT NULL AND o.id IS NULL`;
}

interface Entry {
  readonly subject: string;
  readonly action: string;
  readonly before: unknown;
  readonly after: unknown;
}

async function entries(): Promise<Entry[]> {
  const rows = await database.prisma.auditEntry.findMany({ orderBy: { id: 'asc' } });
  return rows.map((row) => ({
    subject: `${row.subjectKind} ${row.subjectId}`,
    action: row.action,
    before: fromJson(row.before as Json),
    after: fromJson(row.after as Json),
  }));
}

const isSameStep = (one: Entry, other: Entry): boolean =>
  String(one.before) === String(other.before) && String(one.after) === String(other.after);

/** Every issue's entries follow one upon the other and end at the links that there are. */
async function expectLinksAsTold(told: readonly Entry[]): Promise<void> {
  const links = await database.prisma.issueContact.findMany({ orderBy: { contactId: 'asc' } });
  const now = new Map<string, bigint[]>();
  for (const { issueId, contactId: id } of links) {
    const key = `issue ${issueId}`;
    now.set(key, [...(now.get(key) ?? []), id]);
  }
  const then = new Map<string, bigint[]>();
  const sorted = (ids: unknown): bigint[] => [...(ids as bigint[])].sort((a, b) => Number(a - b));
  const twins = new Map<string, Entry>();
  for (const entry of told.filter(({ subject }) => subject.startsWith('issue '))) {
    const { subject, action, before, after } = entry;
    const last = twins.get(subject);
    twins.set(subject, entry);
    // The second entry of a replacement tells of the same step.
    const isTwin = last?.action === 'contact.linked' && action === 'contact.unlinked';
    if (isTwin && isSameStep(last, entry)) continue;
    expect(sorted(before)).toEqual(then.get(subject) ?? []);
    then.set(subject, sorted(after));
  }
  for (const [subject, ids] of then) expect(now.get(subject) ?? []).toEqual(ids);
  expect([...now.keys()].filter((subject) => !then.has(subject))).toEqual([]);
}

/** What the entries of each contact add up to is the contact. */
async function expectContactsAsTold(told: readonly Entry[]): Promise<void> {
  const contacts = await database.prisma.contact.findMany();
  for (const contact of contacts) {
    const own = told.filter(({ subject }) => subject === `contact ${contact.id}`);
    const state = Object.assign({}, ...own.map(({ after }) => after)) as Record<string, unknown>;
    const { version, email: address, phone, active } = contact;
    expect({ version, email: address, phone, active }).toEqual({
      version: state['version'],
      email: state['email'],
      phone: state['phone'],
      active: state['active'],
    });
    for (const { before } of own.slice(1)) expect(before).not.toBeNull();
  }
}

describe('sixteen writers at once', { timeout: 120_000 }, () => {
  test('creating the same addresses and names make each once, and all others are told', async () => {
    sayTheSeed();
    const tally = await write(['createContact', 'createOrganization']);
    expect(tally.raw).toEqual([]);
    expect(await broken()).toEqual([]);
    const { prisma } = database;
    expect(await prisma.contact.count()).toBe(tally.done.get('createContact'));
    expect(await prisma.organization.count()).toBe(tally.done.get('createOrganization'));
    expect(await prisma.organization.count()).toBe(2 * NAMES);
    expect([...tally.refused.keys()].sort()).toEqual([
      'conflict.email_taken',
      'conflict.name_taken',
      'not_found.organization',
    ]);
    const told = await entries();
    expect(told).toHaveLength((await prisma.contact.count()) + 2 * NAMES);
    expect(await prisma.outboxMessage.count()).toBe(told.length);
    const sum = [...tally.done.values(), ...tally.refused.values()].reduce((total, n) => total + n, 0);
    expect(sum).toBe(WRITERS * STEPS);
  });

  test('linking and unlinking the same contacts leave what the log tells, step by step', async () => {
    sayTheSeed();
    for (const group of ['A', 'B']) {
      for (let n = 0; n < EMAILS; n += 1)
        await stage.contact(group, `C ${n}`, { email: `c${n}@example.com` });
    }
    const tally = await write(['link', 'unlink', 'replace']);
    expect(tally.raw).toEqual([]);
    expect([...tally.refused]).toEqual([]);
    expect(await broken()).toEqual([]);
    const told = await entries();
    const done = (name: string): number => tally.done.get(name) ?? 0;
    const changes = done('link') + done('unlink') + done('replace');
    // A replacement that adds some and removes others is told as both.
    expect(told.length).toBeGreaterThanOrEqual(changes);
    expect(told.length).toBeLessThanOrEqual(changes + done('replace'));
    await expectLinksAsTold(told);
    expect(await database.prisma.outboxMessage.count()).toBe(told.length);
  });

  test('editing the same rows lose no edit: versions count them, and the log adds up to the rows', async () => {
    sayTheSeed();
    const tally = await write(['createContact', 'createOrganization', 'editContact', 'editOrganization']);
    expect(tally.raw).toEqual([]);
    expect(await broken()).toEqual([]);
    const told = await entries();
    await expectContactsAsTold(told);
    const { prisma } = database;
    const versions = await prisma.contact.aggregate({ _sum: { version: true }, _count: true });
    expect((versions._sum.version ?? 0) - versions._count).toBe(tally.done.get('editContact') ?? 0);
  });

  test('doing all of it while CRM is turned off and on break nothing', async () => {
    sayTheSeed();
    const tally = await write(Object.keys(STEPS_OF));
    expect(tally.raw).toEqual([]);
    expect(await broken()).toEqual([]);
    const told = await entries();
    await expectLinksAsTold(told);
    await expectContactsAsTold(told);
    const settings = told.filter(({ action }) => action.startsWith('group.'));
    expect(settings).toHaveLength(tally.done.get('settings') ?? 0);
  });

  test('doing it while a group moves to and fro leave every link with its contact', async () => {
    sayTheSeed();
    const moving = (async () => {
      for (let n = 0; n < 6; n += 1) {
        stage.moveGroup('A1', n % 2 === 0 ? 'B' : 'A');
        await transferGroup(deps, stage.actor('w'), { hierarchy: stage.hierarchy('A1') });
      }
    })();
    const tally = await write([
      'createContact',
      'createOrganization',
      'link',
      'unlink',
      'replace',
      'editContact',
    ]);
    await moving;
    expect(tally.raw).toEqual([]);
    expect(await broken()).toEqual([]);
  });

  test('repeating one request change one thing, and all are told the same', async () => {
    const actor = stage.actor('w');
    const opened = await openCrmGroup(deps, actor, stage.id('A'));
    const input = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' };
    const made = await Promise.all(Array.from({ length: WRITERS }, () => createContact(deps, opened, input)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await database.prisma.contact.count()).toBe(1);
    expect(await entries()).toHaveLength(1);
    expect(await database.prisma.outboxMessage.count()).toBe(1);
  });
});
