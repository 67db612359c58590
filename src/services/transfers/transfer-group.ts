import { loadChain } from '../../db/queries/places.ts';
import { findTransfer } from '../../db/queries/transfers-records.ts';
import { heldTransfersOf } from '../../db/queries/transfers-scope.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Transfer } from '../../domain/transfer-report.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryHierarchy } from '../ports.ts';
import { rolesForTransfer } from './permission.ts';
import { recordHierarchy } from './record-hierarchy.ts';
import { TRANSFER_TIMEOUT_MS } from './settling.ts';

export interface GroupTransferred {
  /** What this call made, applied or held; empty when everything was known already. */
  readonly transfers: readonly Transfer[];
  /** What is held for the group now, by whichever call. */
  readonly held: readonly Transfer[];
}

/**
 * Tells that a group is now where `hierarchy` says, and lets its customers follow. Without an actor, or without the
 * rights in the new crm group, the transfer is held. A repeat changes nothing. Takes `contact.create` and
 * `organization.create` in the new crm group, each only when there is something of the kind to bring.
 */
export async function transferGroup(
  deps: ServiceDeps,
  actor: Actor | null,
  { hierarchy }: { hierarchy: DirectoryHierarchy },
): Promise<GroupTransferred> {
  const acting = actor && (await rolesForTransfer(deps, actor, hierarchy));
  return deps.database.transaction(
    async (tx) => {
      const settling = { tx, now: deps.now(), actor: acting };
      const made = await recordHierarchy(settling, hierarchy.chain);
      const above = await loadChain(tx, hierarchy.chain[0].id);
      const held = await heldTransfersOf(
        tx,
        above.map(({ id }) => id),
      );
      const find = async (ids: readonly bigint[]): Promise<Transfer[]> => {
        const found: Transfer[] = [];
        for (const id of ids) {
          const transfer = await findTransfer(tx, id);
          if (transfer) found.push(transfer);
        }
        return found;
      };
      return { transfers: await find(made), held: await find(held.map(({ id }) => id)) };
    },
    { timeoutMs: TRANSFER_TIMEOUT_MS },
  );
}
