import { insertContact, insertOrganization } from '../../src/db/queries/customers.ts';
import { insertLinks } from '../../src/db/queries/links.ts';
import { placeIssue, recordIssueCopy } from '../../src/db/queries/places.ts';
import type { Actor, Place } from '../../src/domain/actor.ts';
import { placeKey } from '../../src/domain/actor.ts';
import type { Contact, Organization } from '../../src/domain/customers.ts';
import { contactId, type GroupId, gitLabUserId, groupId, issueId, projectId } from '../../src/domain/ids.ts';
import { ROLE_LEVELS, type Role } from '../../src/domain/roles.ts';
import type { ServiceDeps } from '../../src/services/deps.ts';
import type {
  Directory,
  DirectoryGroup,
  DirectoryHierarchy,
  DirectoryIssue,
  DirectoryProject,
} from '../../src/services/ports.ts';
import { recordHierarchy } from '../../src/services/transfers/record-hierarchy.ts';
import { recordPlace } from '../../src/services/transfers/record-place.ts';
import { type TestDatabase, testDatabase } from './database.ts';

interface GroupNode {
  readonly id: GroupId;
  readonly name: string;
  parent: string | null;
}

interface ProjectNode {
  readonly id: bigint;
  readonly name: string;
  group: string | null;
}

interface IssueNode {
  readonly id: bigint;
  readonly iid: number;
  readonly project: string;
  readonly confidential: boolean;
}

export interface ContactSeed {
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly description?: string | null;
  readonly organization?: string | null;
  readonly active?: boolean;
  readonly createdAt?: Date;
}

/**
 * A GitLab drawn in memory and a real database beside it. Groups, projects and people go by short names that are
 * unique; a project's issue is `P#1`. Moving something here changes GitLab only: Tieline has to be told.
 */
export class TransferStage {
  readonly db: TestDatabase;
  readonly deps: ServiceDeps;
  readonly clock = { now: new Date('2026-05-04T09:30:00.000Z') };
  readonly #groups = new Map<string, GroupNode>();
  readonly #projects = new Map<string, ProjectNode>();
  readonly #issues = new Map<string, IssueNode>();
  readonly #people = new Map<string, { id: bigint; roles: Map<string, Role> }>();
  #next = 100n;
  #requests = 0;

  constructor(db: TestDatabase) {
    this.db = db;
    this.deps = {
      database: db.database,
      directory: this.#directory(),
      instanceUrl: 'https://gitlab.example.com',
      now: () => this.clock.now,
    };
  }

  /** Draws a new GitLab; the database keeps what it has, under ids that do not come again. */
  forget(): void {
    for (const map of [this.#groups, this.#projects, this.#issues, this.#people]) map.clear();
  }

  /** Forgets everything, in GitLab and in the database. */
  async reset(): Promise<void> {
    this.forget();
    await this.db.empty();
  }

  /** A group, known to Tieline at once unless said otherwise. */
  async group(name: string, parent: string | null = null): Promise<GroupId> {
    const id = groupId(this.#id());
    this.#groups.set(name, { id, name, parent });
    const { chain } = this.hierarchy(name);
    await this.deps.database.transaction((tx) =>
      recordHierarchy({ tx, now: this.clock.now, actor: null }, chain),
    );
    return id;
  }

  async project(name: string, group: string | null): Promise<void> {
    this.#projects.set(name, { id: this.#id(), name, group });
    await this.deps.database.transaction((tx) =>
      recordPlace({ tx, now: this.clock.now, actor: null }, this.projectAt(name)),
    );
  }

  /** A new issue: `P#1`, `P#2`, … */
  async issue(project: string, options: { confidential?: boolean } = {}): Promise<string> {
    const name = this.newIssue(project, options);
    const issue = this.issueAt(name);
    await this.deps.database.transaction((tx) =>
      recordIssueCopy(tx, { ...issue, projectId: issue.project.id }, this.clock.now),
    );
    return name;
  }

  /** The same, but Tieline has not heard of it. */
  newIssue(project: string, { confidential = false }: { confidential?: boolean } = {}): string {
    const iid = [...this.#issues.values()].filter((issue) => issue.project === project).length + 1;
    const name = `${project}#${iid}`;
    this.#issues.set(name, { id: this.#id(), iid, project, confidential });
    return name;
  }

  /** Somebody with direct roles: `person('olga', { R: 'owner' })`. */
  person(name: string, roles: Readonly<Record<string, Role>>): void {
    this.#people.set(name, {
      id: this.#people.get(name)?.id ?? this.#id(),
      roles: new Map(Object.entries(roles)),
    });
  }

  /** Their next request. */
  actor(name: string): Actor {
    const person = this.#people.get(name);
    if (!person) throw new Error(`nobody is called ${name}`);
    this.#requests += 1;
    return {
      userId: gitLabUserId(person.id),
      username: name,
      name,
      surface: 'slack',
      deliveryKey: `delivery-${this.#requests}`,
      runKey: `request-${this.#requests}`,
      position: 0,
      roles: new Map(),
    };
  }

  async configure(name: string, settings: { source?: string | null; enabled?: boolean }): Promise<void> {
    const row = {
      crmEnabled: settings.enabled ?? true,
      sourceGroupId: settings.source ? this.id(settings.source) : null,
    };
    await this.db.database.prisma.groupSettings.upsert({
      where: { groupId: this.id(name) },
      create: { groupId: this.id(name), ...row },
      update: row,
    });
  }

  id(name: string): GroupId {
    return this.#node(name).id;
  }

  pathOf(name: string): string {
    const { parent } = this.#node(name);
    return parent === null ? name : `${this.pathOf(parent)}/${name}`;
  }

  hierarchy(name: string): DirectoryHierarchy {
    const [own, ...above] = this.#chain(name);
    if (!own) throw new Error(`no group ${name}`);
    return { chain: [own, ...above] };
  }

  projectAt(name: string): DirectoryProject {
    const project = this.#projects.get(name);
    if (!project) throw new Error(`no project ${name}`);
    const { group } = project;
    return {
      id: projectId(project.id),
      fullPath: group === null ? `someone/${name}` : `${this.pathOf(group)}/${name}`,
      name,
      asOf: this.clock.now,
      hierarchy: group === null ? null : this.hierarchy(group),
    };
  }

  issueAt(name: string): DirectoryIssue {
    const issue = this.#issues.get(name);
    if (!issue) throw new Error(`no issue ${name}`);
    return {
      id: issueId(issue.id),
      iid: issue.iid,
      title: `Issue ${name}`,
      state: 'opened',
      confidential: issue.confidential,
      authorId: null,
      assigneeIds: [],
      movedToId: null,
      updatedAt: this.clock.now,
      project: this.projectAt(issue.project),
    };
  }

  /** Moves a group in GitLab; null makes it a root group. What was read before is older than what is read after. */
  moveGroup(name: string, parent: string | null): void {
    this.#tick();
    this.#node(name).parent = parent;
  }

  moveProject(name: string, group: string | null): void {
    const project = this.#projects.get(name);
    if (!project) throw new Error(`no project ${name}`);
    this.#tick();
    project.group = group;
  }

  #tick(): void {
    this.clock.now = new Date(this.clock.now.getTime() + 1);
  }

  async organization(
    group: string,
    name: string,
    more: { description?: string; rate?: string } = {},
  ): Promise<Organization> {
    const made = await this.deps.database.transaction((tx) =>
      insertOrganization(
        tx,
        {
          crmGroupId: this.id(group),
          name,
          defaultRate: more.rate ?? null,
          description: more.description ?? null,
        },
        this.clock.now,
      ),
    );
    if (!made) throw new Error(`${name} is taken`);
    return made;
  }

  /** A contact of a crm group: `contact('R', 'Ada Lovelace', { email: 'ada@example.com' })`. */
  async contact(group: string, name: string, seed: ContactSeed = {}): Promise<Contact> {
    const words = name.split(' ');
    const { prisma } = this.db.database;
    const organization = seed.organization
      ? await prisma.organization.findFirstOrThrow({
          where: { crmGroupId: this.id(group), name: seed.organization },
        })
      : null;
    const made = await this.deps.database.transaction((tx) =>
      insertContact(
        tx,
        {
          crmGroupId: this.id(group),
          firstName: words[0] ?? name,
          lastName: words[1] ?? 'X',
          email: seed.email ?? null,
          phone: seed.phone ?? null,
          description: seed.description ?? null,
          organizationId: organization ? (organization.id as never) : null,
        },
        seed.createdAt ?? this.clock.now,
      ),
    );
    if (!made) throw new Error(`${seed.email} is taken`);
    if (seed.active === false) {
      await prisma.contact.update({
        where: { crmGroupId_id: { crmGroupId: made.crmGroupId, id: made.id } },
        data: { active: false },
      });
    }
    return made;
  }

  /** Links contacts of a crm group to an issue that is in it. */
  async link(issue: string, ...contacts: readonly Contact[]): Promise<void> {
    const [first] = contacts;
    if (!first) return;
    const at = issueId(this.issueAt(issue).id);
    await this.deps.database.transaction(async (tx) => {
      await placeIssue(tx, at, first.crmGroupId);
      await insertLinks(
        tx,
        { crmGroupId: first.crmGroupId, issueId: at, contactIds: contacts.map(({ id }) => contactId(id)) },
        this.clock.now,
      );
    });
  }

  /** Lets a Slack channel hear of a crm group. */
  async subscribe(group: string, channelId: string): Promise<void> {
    await this.db.database.prisma.subscription.create({
      data: {
        crmGroupId: this.id(group),
        teamId: 'T1',
        channelId,
        kinds: [],
        createdBy: 'U1',
        gitlabUserId: 1n,
      },
    });
  }

  /** A crm group's contacts as they read: name, address and organization, in order of id. */
  async contacts(group: string) {
    const rows = await this.db.database.prisma.contact.findMany({
      where: { crmGroupId: this.id(group) },
      include: { organization: true },
      orderBy: { id: 'asc' },
    });
    return rows;
  }

  async organizations(group: string) {
    return this.db.database.prisma.organization.findMany({
      where: { crmGroupId: this.id(group) },
      orderBy: { id: 'asc' },
    });
  }

  /** An issue's links: ids of contacts, and the name of the crm group that they are in. */
  async links(issue: string): Promise<{ group: string | null; ids: bigint[]; names: string[] }> {
    const rows = await this.db.database.prisma.issueContact.findMany({
      where: { issueId: this.issueAt(issue).id },
      include: { contact: true },
      orderBy: { contactId: 'asc' },
    });
    const group = [...this.#groups.values()].find(({ id }) => id === rows[0]?.crmGroupId)?.name ?? null;
    return {
      group,
      ids: rows.map((row) => row.contactId),
      names: rows.map(({ contact }) => contact.firstName),
    };
  }

  async transfers() {
    return this.db.database.prisma.transfer.findMany({ orderBy: { id: 'asc' }, include: { entries: true } });
  }

  async outbox() {
    return this.db.database.prisma.outboxMessage.findMany({ orderBy: { id: 'asc' } });
  }

  async close(): Promise<void> {
    await this.db.drop();
  }

  #id(): bigint {
    this.#next += 1n;
    return this.#next;
  }

  #node(name: string): GroupNode {
    const node = this.#groups.get(name);
    if (!node) throw new Error(`no group ${name}`);
    return node;
  }

  #chain(name: string): DirectoryGroup[] {
    const { id, parent } = this.#node(name);
    const own = {
      id,
      parentId: parent === null ? null : this.id(parent),
      fullPath: this.pathOf(name),
      name,
      asOf: this.clock.now,
    };
    return parent === null ? [own] : [own, ...this.#chain(parent)];
  }

  /** Roles are inherited downwards, as GitLab's are. */
  #roleAt(user: bigint, place: Place): Role {
    const person = [...this.#people.values()].find(({ id }) => id === user);
    if (!person) return 'none';
    const group =
      place.kind === 'group'
        ? [...this.#groups.values()].find(({ id }) => id === place.id)?.name
        : [...this.#projects.values()].find(({ id }) => id === place.id)?.group;
    const names = group ? this.#chain(group).map(({ name }) => name) : [];
    return names
      .map((name) => person.roles.get(name) ?? 'none')
      .reduce<Role>((best, role) => (ROLE_LEVELS[role] > ROLE_LEVELS[best] ? role : best), 'none');
  }

  #directory(): Directory {
    const named = <Node extends { id: bigint }>(map: Map<string, Node>, reference: bigint | string) =>
      [...map].find(([, node]) => node.id === reference)?.[0];
    return {
      user: async () => null,
      userByEmail: async () => null,
      group: async (reference) => {
        const name =
          typeof reference === 'string'
            ? [...this.#groups.keys()].find((key) => this.pathOf(key) === reference)
            : named(this.#groups, reference);
        return name === undefined ? null : this.hierarchy(name);
      },
      rootGroups: async () => [],
      project: async (reference) => {
        const name = typeof reference === 'string' ? undefined : named(this.#projects, reference);
        return name === undefined ? null : this.projectAt(name);
      },
      issue: async (reference, iid) => {
        const found = [...this.#issues].find(
          ([, issue]) => issue.iid === iid && this.projectAt(issue.project).fullPath === reference,
        );
        return found ? this.issueAt(found[0]) : null;
      },
      roles: async (user, places) =>
        new Map(places.map((place) => [placeKey(place), this.#roleAt(user, place)])),
    };
  }
}

/** An empty stage on a database of its own; it must be closed. */
export async function openTransferStage(): Promise<TransferStage> {
  return new TransferStage(await testDatabase());
}
