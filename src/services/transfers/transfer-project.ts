import { findTransfer } from '../../db/queries/transfers-records.ts';
import type { Actor } from '../../domain/actor.ts';
import type { Transfer } from '../../domain/transfer-report.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryProject } from '../ports.ts';
import { recordPlace } from './record-place.ts';
import { TRANSFER_TIMEOUT_MS } from './settling.ts';

/**
 * Tells that a project is now where GitLab says. In the same crm group its issues keep their links; in another, or
 * in a personal namespace, they lose them, and the report keeps what they were. A repeat changes nothing. Gives what
 * this call made.
 */
export function transferProject(
  deps: ServiceDeps,
  actor: Actor | null,
  { project }: { project: DirectoryProject },
): Promise<readonly Transfer[]> {
  return deps.database.transaction(
    async (tx) => {
      const transfers: Transfer[] = [];
      for (const id of await recordPlace({ tx, now: deps.now(), actor }, project)) {
        const transfer = await findTransfer(tx, id);
        if (transfer) transfers.push(transfer);
      }
      return transfers;
    },
    { timeoutMs: TRANSFER_TIMEOUT_MS },
  );
}
