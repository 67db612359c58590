import type { Tx } from '../db/client.ts';
import { contactsByEmail, insertContact, insertOrganization } from '../db/queries/customers.ts';
import { insertLinks } from '../db/queries/links.ts';
import { placeIssue } from '../db/queries/places.ts';
import type { GroupId, OrganizationId } from '../domain/ids.ts';
import { parseDescription, parseEmail, parseName, parsePhone, parseRate } from '../domain/values.ts';
import type { World } from '../sandbox/world.ts';
import type { WorldContact, WorldOrganization } from '../sandbox/world-customers.ts';
import type { ServiceDeps } from '../services/deps.ts';
import { recordAndLoad } from '../services/groups/open-crm-group.ts';
import { recordIssue } from '../services/issues/open-issue.ts';

/**
 * Gives the sandbox its customers, once for each crm group: one that holds any is left as it is, so that what
 * people did to it survives a restart.
 */
export async function seedDemo(deps: ServiceDeps, world: World): Promise<void> {
  for (const path of new Set(world.contacts.map((contact) => contact.group))) {
    const hierarchy = await deps.directory.group(path);
    if (!hierarchy) continue;
    const { crmGroup } = await recordAndLoad(deps, hierarchy);
    const seeding = { path, crmGroupId: crmGroup.id, world, now: deps.now() };
    if (await deps.database.transaction((tx) => seedGroup(tx, seeding))) await seedLinks(deps, seeding);
  }
}

/** Links the demo's issues to their contacts; issues count per project in the order of the world. */
async function seedLinks(deps: ServiceDeps, { path, crmGroupId, world, now }: Seeding): Promise<void> {
  const iids = new Map<string, number>();
  for (const { project, contacts } of world.issues) {
    const iid = (iids.get(project) ?? 0) + 1;
    iids.set(project, iid);
    const issue = project.startsWith(`${path}/`) ? await deps.directory.issue(project, iid) : null;
    if (!issue) continue;
    await recordIssue(deps, issue);
    await deps.database.transaction(async (tx) => {
      const linked = await contactsByEmail(tx, crmGroupId, contacts);
      await placeIssue(tx, issue.id, crmGroupId);
      await insertLinks(tx, { crmGroupId, issueId: issue.id, contactIds: linked.map(({ id }) => id) }, now);
    });
  }
}

interface Seeding {
  readonly path: string;
  readonly crmGroupId: GroupId;
  readonly world: World;
  readonly now: Date;
}

/** False when the group has customers already. */
async function seedGroup(tx: Tx, { path, crmGroupId, world, now }: Seeding): Promise<boolean> {
  const held = await tx.contact.findFirst({ where: { crmGroupId }, select: { id: true } });
  if (held) return false;
  const organizations = new Map<string, OrganizationId>();
  for (const row of world.organizations.filter((organization) => organization.group === path)) {
    organizations.set(row.name, await seedOrganization(tx, { crmGroupId, row, now }));
  }
  for (const row of world.contacts.filter((contact) => contact.group === path)) {
    const organizationId = row.organization === null ? null : (organizations.get(row.organization) ?? null);
    await seedContact(tx, { crmGroupId, row, organizationId, now });
  }
  return true;
}

async function seedOrganization(
  tx: Tx,
  { crmGroupId, row, now }: { crmGroupId: GroupId; row: WorldOrganization; now: Date },
): Promise<OrganizationId> {
  const organization = await insertOrganization(
    tx,
    {
      crmGroupId,
      name: parseName('name', row.name),
      defaultRate: parseRate(row.defaultRate),
      description: parseDescription(row.description),
    },
    now,
  );
  if (!organization) throw new Error(`the demo has two organizations called ${row.name}`);
  if (!row.active) {
    await tx.organization.update({
      where: { crmGroupId_id: { crmGroupId, id: organization.id } },
      data: { active: false },
    });
  }
  return organization.id;
}

async function seedContact(
  tx: Tx,
  seed: { crmGroupId: GroupId; row: WorldContact; organizationId: OrganizationId | null; now: Date },
): Promise<void> {
  const { crmGroupId, row, organizationId, now } = seed;
  const contact = await insertContact(
    tx,
    {
      crmGroupId,
      firstName: parseName('first name', row.firstName),
      lastName: parseName('last name', row.lastName),
      email: parseEmail(row.email),
      phone: parsePhone(row.phone),
      description: parseDescription(row.description),
      organizationId,
    },
    now,
  );
  if (!contact) throw new Error(`the demo has two contacts with the address ${row.email}`);
  if (!row.active) {
    await tx.contact.update({
      where: { crmGroupId_id: { crmGroupId, id: contact.id } },
      data: { active: false },
    });
  }
}
