import type { Actor } from '../../domain/actor.ts';
import type { ServiceDeps } from '../deps.ts';
import type { DirectoryHierarchy } from '../ports.ts';
import { rolesForTransfer } from './permission.ts';
import { recordHierarchy } from './record-hierarchy.ts';
import { type PreviewedPair, TRANSFER_TIMEOUT_MS } from './settling.ts';

/** Carries the preview out of the transaction that is to leave nothing behind. */
class Previewed extends Error {
  readonly pairs: readonly PreviewedPair[];

  constructor(pairs: readonly PreviewedPair[]) {
    super('previewed');
    this.pairs = pairs;
  }
}

/**
 * What `transferGroup` would do, told by the same statements and rolled back: for each pair of crm groups how the
 * customers follow, whether that would be held and why, the counts, and the first entries of the report.
 */
export async function previewGroupTransfer(
  deps: ServiceDeps,
  actor: Actor | null,
  { hierarchy }: { hierarchy: DirectoryHierarchy },
): Promise<readonly PreviewedPair[]> {
  const acting = actor && (await rolesForTransfer(deps, actor, hierarchy));
  try {
    return await deps.database.transaction(
      async (tx) => {
        const preview: PreviewedPair[] = [];
        await recordHierarchy({ tx, now: deps.now(), actor: acting, preview }, hierarchy.chain);
        throw new Previewed(preview);
      },
      { timeoutMs: TRANSFER_TIMEOUT_MS },
    );
  } catch (error) {
    if (error instanceof Previewed) return error.pairs;
    throw error;
  }
}
