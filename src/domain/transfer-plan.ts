import type { GroupId } from './ids.ts';
import type { TransferReason } from './transfer-report.ts';

/**
 * How the customers of one crm group follow a moved group to another:
 * - `move`: all of them go, with their ids; nobody is left who uses the old crm group.
 * - `copy-all`: all are copied, since the old crm group is still somebody's.
 * - `copy-linked`: those that issues of the moved groups link are copied, with their organizations.
 */
export type TransferMode = 'move' | 'copy-all' | 'copy-linked';

/** What is known of one pair of crm groups when a group has moved. */
export interface PairFacts {
  readonly from: GroupId;
  readonly to: GroupId;
  /** Whether the old crm group is itself one of the moved groups. */
  readonly fromMoved: boolean;
  /** Whether some group anywhere still resolves to it, or issues that did not move hold frozen links there. */
  readonly fromInUse: boolean;
  /** Whether there is anything of each kind at all in the old crm group. */
  readonly has: Bringing;
  /** The same, of what the moved groups' issues link. */
  readonly linked: Bringing;
}

export interface Bringing {
  readonly contacts: boolean;
  readonly organizations: boolean;
}

/** What the actor may do in the new crm group, or why nothing. */
export type Permission =
  | { readonly contacts: true; readonly organizations: true }
  | {
      readonly contacts: boolean;
      readonly organizations: boolean;
      readonly reason: Extract<TransferReason, 'no_actor' | 'role' | 'crm_disabled'>;
    };

export interface PairPlan {
  readonly from: GroupId;
  readonly to: GroupId;
  readonly mode: TransferMode;
  readonly brings: Bringing;
  /** Why it waits for somebody's decision; null when it is carried out at once. */
  readonly heldFor: Extract<TransferReason, 'no_actor' | 'role' | 'crm_disabled'> | null;
}

/** Decides how the customers of one crm group follow, and whether they may. */
export function planPair(facts: PairFacts, permission: Permission): PairPlan {
  const mode = modeOf(facts);
  const brings = mode === 'copy-linked' ? facts.linked : facts.has;
  const refused =
    (brings.contacts && !permission.contacts) || (brings.organizations && !permission.organizations);
  return {
    from: facts.from,
    to: facts.to,
    mode,
    brings,
    heldFor: refused && 'reason' in permission ? permission.reason : null,
  };
}

function modeOf({ fromMoved, fromInUse }: PairFacts): TransferMode {
  if (!fromMoved) return 'copy-linked';
  return fromInUse ? 'copy-all' : 'move';
}
