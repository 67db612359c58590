import type { Actor } from '../../src/domain/actor.ts';
import type { Contact, Organization } from '../../src/domain/customers.ts';
import { AppError } from '../../src/domain/errors.ts';
import { gitLabUserId } from '../../src/domain/ids.ts';
import { parseIssueReference } from '../../src/domain/references.ts';
import { createGitLabClient } from '../../src/gitlab/client/client.ts';
import { createDirectory } from '../../src/gitlab/directory.ts';
import { type FakeGitLab, startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { WORLD } from '../../src/sandbox/world.ts';
import { type ContactInput, createContact } from '../../src/services/contacts/create-contact.ts';
import type { ServiceDeps } from '../../src/services/deps.ts';
import { type OpenedCrmGroup, openCrmGroup } from '../../src/services/groups/open-crm-group.ts';
import { type OpenedIssue, openIssue } from '../../src/services/issues/open-issue.ts';
import {
  createOrganization,
  type OrganizationInput,
} from '../../src/services/organizations/create-organization.ts';
import { type Name as CastName, gitLabIdOf, ownerOf } from './cast.ts';
import { type TestDatabase, testDatabase } from './database.ts';

/** The cast of the demo world. */
export type Name = Extract<CastName, 'olga' | 'max' | 'dev' | 'rita' | 'pia' | 'gus' | 'nina'>;

/** The services on a database of their own and the real directory, which asks the make-believe GitLab. */
export interface Stage {
  readonly deps: ServiceDeps;
  readonly gitlab: FakeGitLab;
  readonly db: TestDatabase;
  /** Stands still; the tests move it. */
  readonly clock: { now: Date };
  /** Somebody's next request: each call acts anew, without any role fetched. */
  actor(name: Name): Actor;
  /** Somebody at work in a group. */
  inGroup(name: Name, path: string): Promise<OpenedCrmGroup>;
  /** Somebody at work on an issue: `acme/app#1`. */
  onIssue(name: Name, reference: string): Promise<OpenedIssue>;
  /** Makes GitLab's next word count: nothing asked before is remembered. */
  forget(): void;
  /** Writes the CRM settings of a group that has been recorded. */
  configure(path: string, settings: { crmEnabled?: boolean; source?: string | null }): Promise<void>;
  /** Creates a contact there, as the owner of the company: `contact('acme', 'Ada Lovelace', {email})`. */
  contact(path: string, name: string, more?: Partial<ContactInput> & { active?: boolean }): Promise<Contact>;
  organization(
    path: string,
    name: string,
    more?: Partial<OrganizationInput> & { active?: boolean },
  ): Promise<Organization>;
  /** Lets a Slack channel have the notices of a crm group. */
  subscribe(path: string, channelId: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything; the demo world's people, groups and issues are there, its customers are not. */
export async function startStage(): Promise<Stage> {
  const db = await testDatabase();
  const gitlab = await startFakeGitLab({ world: WORLD });
  const clock = { now: new Date('2026-05-04T09:30:00.000Z') };
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const client = createGitLabClient({
    url: gitlab.url,
    token: gitlab.tokenOf('tieline'),
    adminToken: gitlab.tokenOf('root'),
    log,
  });
  const directory = createDirectory({ client, clock: () => clock.now.getTime() });
  const deps: ServiceDeps = {
    database: db.database,
    directory,
    instanceUrl: gitlab.url,
    now: () => clock.now,
  };
  const { prisma } = db.database;
  let requests = 0;
  const actor = (name: Name): Actor => {
    requests += 1;
    const person = WORLD.people.find(({ username }) => username === name);
    if (!person) throw new Error(`nobody is called ${name}`);
    return {
      userId: gitLabUserId(person.id),
      username: person.username,
      name: person.name,
      surface: 'slack',
      deliveryKey: `delivery-${requests}`,
      runKey: `request-${requests}`,
      position: 0,
      roles: new Map(),
    };
  };
  const idOf = async (path: string): Promise<bigint> =>
    (await prisma.group.findFirstOrThrow({ where: { fullPath: path } })).id;
  return {
    deps,
    gitlab,
    db,
    clock,
    actor,
    inGroup: (name, path) => openCrmGroup(deps, actor(name), path),
    onIssue: (name, reference) =>
      openIssue(deps, actor(name), parseIssueReference(reference, deps.instanceUrl)),
    forget: () => directory.forget({ userId: null, placesChanged: true }),
    configure: async (path, { crmEnabled = true, source = null }) => {
      const groupId = await idOf(path);
      const settings = { crmEnabled, sourceGroupId: source === null ? null : await idOf(source) };
      await prisma.groupSettings.upsert({
        where: { groupId },
        create: { groupId, ...settings },
        update: settings,
      });
    },
    contact: async (path, name, { active = true, ...more } = {}) => {
      const words = name.split(' ');
      const input = { firstName: words.slice(0, -1).join(' '), lastName: words.at(-1) ?? '', ...more };
      const contact = await createContact(deps, await openCrmGroup(deps, actor(ownerOf(path)), path), input);
      const { crmGroupId, id } = contact;
      if (!active)
        await prisma.contact.update({ where: { crmGroupId_id: { crmGroupId, id } }, data: { active } });
      return { ...contact, active };
    },
    organization: async (path, name, { active = true, ...more } = {}) => {
      const opened = await openCrmGroup(deps, actor(ownerOf(path)), path);
      const organization = await createOrganization(deps, opened, { name, ...more });
      const { crmGroupId, id } = organization;
      if (!active)
        await prisma.organization.update({ where: { crmGroupId_id: { crmGroupId, id } }, data: { active } });
      return { ...organization, active };
    },
    subscribe: async (path, channelId) => {
      const gitlabUserId = gitLabIdOf(ownerOf(path));
      const by = { createdBy: 'U1', gitlabUserId };
      await prisma.subscription.create({
        data: { crmGroupId: await idOf(path), teamId: 'T1', channelId, kinds: [], ...by },
      });
    },
    close: async () => {
      await gitlab.close();
      await db.drop();
    },
  };
}

/** The code and data of what somebody can be told; fails when the promise resolves or breaks otherwise. */
export async function refusalOf(promise: Promise<unknown>): Promise<{ code: string; data: unknown }> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, data: error.data };
    throw error;
  }
  throw new Error(`nothing was refused: ${String(value)}`);
}
