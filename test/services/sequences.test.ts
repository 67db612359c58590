/**
 * Random sequences of what people do, one after another, against a model small enough to be believed. A failure
 * prints the seed and the shortest sequence that fails; SEQUENCE_RUNS says how many sequences are tried.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../src/domain/errors.ts';
import type { ContactId } from '../../src/domain/ids.ts';
import { createContact } from '../../src/services/contacts/create-contact.ts';
import { editContact } from '../../src/services/contacts/edit-contact.ts';
import { openSettings } from '../../src/services/groups/group-settings.ts';
import { openCrmGroup } from '../../src/services/groups/open-crm-group.ts';
import { setCrmEnabled } from '../../src/services/groups/set-crm-enabled.ts';
import { setSource } from '../../src/services/groups/set-source.ts';
import { changeContacts } from '../../src/services/issues/change-contacts.ts';
import { openFetchedIssue } from '../../src/services/issues/open-issue.ts';
import { createOrganization } from '../../src/services/organizations/create-organization.ts';
import { openTransferStage, type TransferStage } from '../support/transfer-stage.ts';

const RUNS = Number(process.env['SEQUENCE_RUNS'] ?? 80);

let stage: TransferStage;
beforeAll(async () => {
  stage = await openTransferStage();
  await draw();
});
afterAll(() => stage.close());

/** A is a root with A1 below it, B another root. */
const GROUPS = ['A', 'A1', 'B'] as const;
type Group = (typeof GROUPS)[number];
const ISSUES = { 'PR#1': 'A', 'PA#1': 'A1', 'PA#2': 'A1', 'PB#1': 'B' } as const;
type Issue = keyof typeof ISSUES;

type Act =
  | { readonly kind: 'contact'; readonly group: Group; readonly email: string | null }
  | { readonly kind: 'organization'; readonly group: Group; readonly name: string }
  | {
      readonly kind: 'add' | 'remove' | 'replace';
      readonly issue: Issue;
      readonly emails: readonly string[];
    }
  | {
      readonly kind: 'edit';
      /** Which of the contacts there are. */
      readonly nth: number;
      readonly edit: { readonly email?: string | null; readonly phone?: string; readonly active?: boolean };
      readonly stale: boolean;
    }
  | { readonly kind: 'enabled'; readonly group: Group; readonly enabled: boolean }
  | { readonly kind: 'source'; readonly group: 'A' | 'A1'; readonly source: Group | null };

interface ModelContact {
  readonly group: Group;
  email: string | null;
  phone: string | null;
  active: boolean;
  version: number;
}

/** What there is, and what each act makes of it: `null` when it succeeds, else the code of the refusal. */
class Model {
  readonly contacts: ModelContact[] = [];
  readonly organizations: { group: Group; name: string }[] = [];
  readonly links = new Map<Issue, Set<ModelContact>>();
  readonly enabled = new Map<Group, boolean>();
  readonly sources = new Map<Group, Group>();

  crmGroup(group: Group): Group {
    const above: Group[] = group === 'A1' ? ['A1', 'A'] : [group];
    return (
      above.map((one) => this.sources.get(one)).find((source) => source !== undefined) ??
      above.at(-1) ??
      group
    );
  }

  isOn = (group: Group): boolean => this.enabled.get(group) ?? true;

  byEmail(group: Group, email: string | null): ModelContact | undefined {
    const wanted = email?.toLowerCase();
    if (wanted === undefined) return undefined;
    return this.contacts.find((one) => one.group === group && one.email?.toLowerCase() === wanted);
  }

  act(act: Act): string | null {
    switch (act.kind) {
      case 'contact':
        return this.#create(this.crmGroup(act.group), act.email);
      case 'organization':
        return this.#createOrganization(this.crmGroup(act.group), act.name);
      case 'add':
      case 'remove':
      case 'replace':
        return this.#change(act);
      case 'edit':
        return this.#edit(act);
      case 'enabled':
        this.enabled.set(act.group, act.enabled);
        return null;
      case 'source':
        return this.#setSource(act.group, act.source);
    }
  }

  #create(group: Group, email: string | null): string | null {
    if (!this.isOn(group)) return 'forbidden.crm_disabled';
    if (this.byEmail(group, email)) return 'conflict.email_taken';
    this.contacts.push({ group, email, phone: null, active: true, version: 1 });
    return null;
  }

  #createOrganization(group: Group, name: string): string | null {
    if (!this.isOn(group)) return 'forbidden.crm_disabled';
    const taken = this.organizations.some(
      (one) => one.group === group && one.name.toLowerCase() === name.toLowerCase(),
    );
    if (taken) return 'conflict.name_taken';
    this.organizations.push({ group, name });
    return null;
  }

  #change({ kind, issue, emails }: Extract<Act, { issue: Issue }>): string | null {
    const group = ISSUES[issue];
    const crmGroup = this.crmGroup(group);
    if (!this.isOn(group) || !this.isOn(crmGroup)) return 'forbidden.crm_disabled';
    const links = this.links.get(issue) ?? new Set();
    this.links.set(issue, links);
    const named = emails.map((email) => this.byEmail(crmGroup, email));
    if (kind === 'replace' && named.every((contact) => contact !== undefined)) {
      for (const contact of [...links]) if (!named.includes(contact)) links.delete(contact);
    }
    for (const contact of named) {
      if (!contact) continue;
      if (kind === 'remove') links.delete(contact);
      else if (contact.active) links.add(contact);
    }
    return null;
  }

  #edit({ nth, edit, stale }: Extract<Act, { kind: 'edit' }>): string | null {
    const contact = this.contacts[nth % Math.max(1, this.contacts.length)];
    if (!contact) return null;
    const crmGroup = this.crmGroup(contact.group);
    if (!this.isOn(crmGroup)) return 'forbidden.crm_disabled';
    if (crmGroup !== contact.group) return 'not_found.contact';
    const after = { ...contact, ...edit };
    const changed = (['email', 'phone', 'active'] as const).some((field) => after[field] !== contact[field]);
    if (!changed) return null;
    if (stale) return 'conflict.stale';
    const holder = this.byEmail(contact.group, after.email);
    if (holder && holder !== contact) return 'conflict.email_taken';
    Object.assign(contact, edit, { version: contact.version + 1 });
    return null;
  }

  #setSource(group: 'A' | 'A1', source: Group | null): string | null {
    const before = this.sources.get(group) ?? null;
    if (source === null) this.sources.delete(group);
    else this.sources.set(group, source);
    const crmGroup = this.crmGroup(group);
    const below = (Object.keys(ISSUES) as Issue[]).filter(
      (issue) => ISSUES[issue] === group || (group === 'A' && ISSUES[issue] === 'A1'),
    );
    const elsewhere = below.some((issue) =>
      [...(this.links.get(issue) ?? [])].some((contact) => contact.group !== crmGroup),
    );
    if (before !== source && elsewhere) {
      if (before === null) this.sources.delete(group);
      else this.sources.set(group, before);
      return 'conflict.source_in_use';
    }
    if (source !== null) this.enabled.set(group, true);
    return null;
  }
}

const pick = <Value>(values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const group = pick(GROUPS);
const email = pick(['ada@example.com', 'ADA@example.com', 'grace@example.com']);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('contact' as const), group, email: fc.option(email) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('organization' as const),
      group,
      name: pick(['Navy', 'NAVY', 'Guild']),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: pick(['add', 'add', 'remove', 'replace'] as const),
      issue: pick(Object.keys(ISSUES) as Issue[]),
      emails: fc.array(email, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      nth: fc.nat(7),
      edit: fc.oneof(
        fc.record({ email: fc.option(email) }),
        fc.record({ phone: pick(['1', '2']) }),
        fc.record({ active: fc.boolean() }),
      ),
      stale: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('enabled' as const), group, enabled: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('source' as const),
      group: pick(['A', 'A1'] as const),
      source: fc.option(group),
    }),
  },
);

/** Draws the groups, projects and issues, which stay; what people make of them goes before each sequence. */
async function draw(): Promise<void> {
  await stage.group('A');
  await stage.group('A1', 'A');
  await stage.group('B');
  await stage.project('PR', 'A');
  await stage.project('PA', 'A1');
  await stage.project('PB', 'B');
  for (const issue of Object.keys(ISSUES)) await stage.issue(issue.split('#')[0] ?? '');
  stage.person('w', { A: 'owner', B: 'owner' });
}

async function begin(): Promise<void> {
  await stage.db.database.prisma.$executeRaw`
    WITH links AS (DELETE FROM issue_contacts), people AS (DELETE FROM contacts), companies AS (DELETE FROM organizations),
      settings AS (DELETE FROM group_settings), notices AS (DELETE FROM outbox), log AS (DELETE FROM audit_log),
      runs AS (DELETE FROM command_runs)
    UPDATE issues SET crm_group_id = NULL WHERE crm_group_id IS NOT NULL`;
}

interface Run {
  readonly model: Model;
  /** Of the model's contacts, in its order; a refused one leaves a gap in the numbers. */
  readonly ids: ContactId[];
}

/** Does it for real; the code of the refusal, or null. */
async function perform(step: Act, { model, ids }: Run): Promise<string | null> {
  const { deps } = stage;
  const actor = stage.actor('w');
  try {
    switch (step.kind) {
      case 'contact': {
        const { email: address } = step;
        const input = { firstName: 'Ada', lastName: 'Lovelace', email: address };
        const opened = await openCrmGroup(deps, actor, stage.id(step.group));
        ids.push((await createContact(deps, opened, input)).id);
        break;
      }
      case 'organization':
        await createOrganization(deps, await openCrmGroup(deps, actor, stage.id(step.group)), {
          name: step.name,
        });
        break;
      case 'add':
      case 'remove':
      case 'replace': {
        const opened = await openFetchedIssue(deps, actor, stage.issueAt(step.issue));
        await changeContacts(deps, opened, { kind: step.kind, references: step.emails, names: false });
        break;
      }
      case 'edit': {
        const index = step.nth % Math.max(1, model.contacts.length);
        const contact = model.contacts[index];
        const id = ids[index];
        if (!contact || id === undefined) break;
        await editContact(deps, await openCrmGroup(deps, actor, stage.id(contact.group)), {
          id,
          edit: step.edit,
          version: step.stale ? contact.version + 1 : contact.version,
        });
        break;
      }
      case 'enabled':
        await setCrmEnabled(deps, await openSettings(deps, actor, stage.id(step.group)), step.enabled);
        break;
      case 'source': {
        const source = step.source === null ? null : stage.pathOf(step.source);
        await setSource(deps, await openSettings(deps, actor, stage.id(step.group)), source);
        break;
      }
    }
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

/** The database in the model's words. */
async function whatThereIs(ids: readonly ContactId[]) {
  const { prisma } = stage.db.database;
  const nameOf = (id: bigint): string => GROUPS.find((name) => stage.id(name) === id) ?? String(id);
  const contacts = await prisma.contact.findMany({ orderBy: { createdAt: 'asc' } });
  const links = await prisma.issueContact.findMany();
  const linksOf = (issue: string) =>
    links
      .filter(({ issueId }) => issueId === stage.issueAt(issue).id)
      .map((link) => ids.map(BigInt).indexOf(link.contactId) + 1)
      .sort((a, b) => a - b);
  return {
    contacts: contacts
      .sort((a, b) => Number(a.id - b.id))
      .map((row) => ({
        group: nameOf(row.crmGroupId),
        email: row.email,
        phone: row.phone,
        active: row.active,
        version: row.version,
      })),
    organizations: (await prisma.organization.findMany({ orderBy: { id: 'asc' } })).map((row) => ({
      group: nameOf(row.crmGroupId),
      name: row.name,
    })),
    links: Object.fromEntries(Object.keys(ISSUES).map((issue) => [issue, linksOf(issue)])),
    settings: await settingsNow(nameOf),
  };
}

async function settingsNow(nameOf: (id: bigint) => string) {
  const rows = await stage.db.database.prisma.groupSettings.findMany();
  return Object.fromEntries(
    GROUPS.map((name) => {
      const row = rows.find(({ groupId }) => groupId === stage.id(name));
      const source = row?.sourceGroupId == null ? null : nameOf(row.sourceGroupId);
      return [name, { enabled: row?.crmEnabled ?? true, source }];
    }),
  );
}

function whatThereShouldBe(model: Model) {
  const numberOf = (contact: ModelContact): number => model.contacts.indexOf(contact) + 1;
  return {
    contacts: model.contacts,
    organizations: model.organizations,
    links: Object.fromEntries(
      (Object.keys(ISSUES) as Issue[]).map((issue) => [
        issue,
        [...(model.links.get(issue) ?? [])].map(numberOf).sort((a, b) => a - b),
      ]),
    ),
    settings: Object.fromEntries(
      GROUPS.map((name) => [name, { enabled: model.isOn(name), source: model.sources.get(name) ?? null }]),
    ),
  };
}

/** Most are short: a rule that is broken is mostly broken by a few acts, and long ones take their time. */
const sequences = fc.oneof(
  { weight: 4, arbitrary: fc.array(act, { minLength: 1, maxLength: 4, size: 'max' }) },
  { weight: 1, arbitrary: fc.array(act, { minLength: 1, maxLength: 16, size: 'max' }) },
);

test(
  'whatever people do one after another, each is told what the model says, and it ends as the model does',
  async () => {
    await fc.assert(
      fc.asyncProperty(sequences, async (acts) => {
        await begin();
        const run: Run = { model: new Model(), ids: [] };
        for (const [index, step] of acts.entries()) {
          const told = await perform(step, run);
          expect({ index, step, told }).toEqual({ index, step, told: run.model.act(step) });
        }
        expect(await whatThereIs(run.ids)).toEqual(whatThereShouldBe(run.model));
      }),
      { numRuns: RUNS },
    );
  },
  Math.max(60_000, RUNS * 500),
);
