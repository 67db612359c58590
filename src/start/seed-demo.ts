import type { Tx } from '../db/client.ts';
import { insertContact, insertOrganization } from '../db/queries/customers.ts';
import type { GroupId, OrganizationId } from '../domain/ids.ts';
import { parseDescription, parseEmail, parseName, parsePhone, parseRate } from '../domain/values.ts';
import type { World } from '../sandbox/world.ts';
import type { WorldContact, WorldOrganization } from '../sandbox/world-customers.ts';
import type { ServiceDeps } from '../services/deps.ts';
import { recordAndLoad } from '../services/groups/open-crm-group.ts';

/**
 * Gives the sandbox its customers, once for each crm group: one that holds any is left as it is, so that what
 * people did to it survives a restart.
 */
export async function seedDemo(deps: ServiceDeps, world: World): Promise<void> {
  for (const path of new Set(world.contacts.map((contact) => contact.group))) {
    const hierarchy = await deps.directory.group(path);
    if (!hierarchy) continue;
    const { crmGroup } = await recordAndLoad(deps, hierarchy);
    await deps.database.transaction((tx) =>
      seedGroup(tx, { path, crmGroupId: crmGroup.id, world, now: deps.now() }),
    );
  }
}

interface Seeding {
  readonly path: string;
  readonly crmGroupId: GroupId;
  readonly world: World;
  readonly now: Date;
}

async function seedGroup(tx: Tx, { path, crmGroupId, world, now }: Seeding): Promise<void> {
  const held = await tx.contact.findFirst({ where: { crmGroupId }, select: { id: true } });
  if (held) return;
  const organizations = new Map<string, OrganizationId>();
  for (const row of world.organizations.filter((organization) => organization.group === path)) {
    organizations.set(row.name, await seedOrganization(tx, { crmGroupId, row, now }));
  }
  for (const row of world.contacts.filter((contact) => contact.group === path)) {
    const organizationId = row.organization === null ? null : (organizations.get(row.organization) ?? null);
    await seedContact(tx, { crmGroupId, row, organizationId, now });
  }
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
