import type { Tx } from '../../db/client.ts';
import { isCrmCapable } from '../../db/queries/edit-customers.ts';
import { loadGroup } from '../../db/queries/places.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { CrmGroupTarget } from '../../policy/authorize.ts';

/**
 * The group that holds a customer, with its settings as they are now. Not the crm group that applies in it: a group
 * that got a source of its own still holds what it held before.
 */
export async function loadHoldingGroup(tx: Tx, id: GroupId): Promise<CrmGroupTarget> {
  const group = await loadGroup(tx, id);
  if (!group) throw fail('not_found.group', { reference: String(id) });
  return { kind: 'crm_group', id: group.id, fullPath: group.fullPath, crmEnabled: group.crmEnabled };
}

/** Throws `conflict.not_crm_capable` when a group may hold customers no more. */
export async function requireCrmCapable(
  tx: Tx,
  group: CrmGroupTarget,
  customers: 'contacts' | 'organizations',
): Promise<void> {
  if (await isCrmCapable(tx, group.id)) return;
  throw fail('conflict.not_crm_capable', { customers, where: group.fullPath });
}
