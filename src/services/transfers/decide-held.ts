import type { Tx } from '../../db/client.ts';
import { dropLinks } from '../../db/queries/transfers-links.ts';
import { crmGroupsBelow, lockGroups } from '../../db/queries/transfers-places.ts';
import { decideTransfer, findTransfer } from '../../db/queries/transfers-records.ts';
import { fillScope, type HeldTransfer, isStillNeeded, pairFacts } from '../../db/queries/transfers-scope.ts';
import type { Actor } from '../../domain/actor.ts';
import { fail } from '../../domain/errors.ts';
import { groupId } from '../../domain/ids.ts';
import { planPair } from '../../domain/transfer-plan.ts';
import { NO_COUNTS, type Transfer, type TransferView, viewOf } from '../../domain/transfer-report.ts';
import { authorize, type CrmGroupTarget, decide } from '../../policy/authorize.ts';
import { lowestRole } from '../../policy/table.ts';
import type { ServiceDeps } from '../deps.ts';
import { carryOut } from './carry-out.ts';
import { mayFollow, withFreshRoles } from './permission.ts';
import { getCrmGroup, getPlacedGroup, type PlacedGroup } from './place-group.ts';
import { closeOvertaken, closeUnneeded } from './settle-group.ts';
import { type Settling, TRANSFER_TIMEOUT_MS, tellTransfer } from './settling.ts';

/** A transfer after a decision; `isNew` is false when it had been decided, or had nothing left to decide. */
export interface TransferDecided {
  readonly transfer: Transfer;
  /** As the actor may see it. */
  readonly view: TransferView;
  readonly isNew: boolean;
}

/**
 * Carries out a held transfer. Takes `contact.create` and `organization.create` in the new crm group, each only when
 * there is something of the kind to bring. Throws `not_found.transfer` for who may view neither side.
 */
export function migrateTransfer(deps: ServiceDeps, actor: Actor, id: bigint): Promise<TransferDecided> {
  return decideHeld(deps, { actor, id }, async (settling, held) => {
    const { tx } = settling;
    const plan = planPair(await pairFacts(tx, held), { contacts: true, organizations: true });
    if (!mayFollow(held.actor, held.target)) throw refused('the new group');
    if (plan.brings.contacts) authorize(held.actor, 'contact.create', held.target);
    if (plan.brings.organizations) authorize(held.actor, 'organization.create', held.target);
    const { own } = held.placed;
    const subject = { id: own.id, fullPath: own.fullPath, formerPath: held.transfer.formerPath };
    await carryOut(settling, { subject, plan, held: { crmGroupId: held.from, id } });
  });
}

/**
 * Gives a held transfer up: the moved groups' issues lose the links, the contacts stay where they are. Takes
 * `contact.create` on either side.
 */
export function leaveTransferBehind(deps: ServiceDeps, actor: Actor, id: bigint): Promise<TransferDecided> {
  return decideHeld(deps, { actor, id }, async (settling, held) => {
    const { tx, now } = settling;
    const sides = [held.source, held.target];
    if (!sides.some((side) => decide(held.actor, 'contact.create', side).allowed)) {
      throw refused('the old group or the new one');
    }
    const leaving = { scope: true, from: held.from, to: held.to } as const;
    const key = { crmGroupId: held.from, id };
    const dropped = await dropLinks(tx, key, { leaving, to: held.to });
    const counts = dropped === 0 ? NO_COUNTS : { ...NO_COUNTS, links: { dropped } };
    const by = held.actor.userId;
    await decideTransfer(tx, id, { state: 'left_behind', reason: null, counts, by, at: now });
    await tellTransfer(settling, id, 'group.transferred');
  });
}

interface Held extends HeldTransfer {
  readonly transfer: Transfer;
  readonly actor: Actor;
  readonly placed: PlacedGroup;
  readonly source: CrmGroupTarget;
  readonly target: CrmGroupTarget;
}

/** Names no group: the actor may see one of the two only. */
const refused = (where: string) =>
  fail('forbidden.ability', { ability: 'contact.create', where, needs: lowestRole('contact.create') });

const unknown = (id: bigint) => fail('not_found.transfer', { reference: String(id) });

/** Locks what the transfer is about, makes sure that there is something to decide, and lets `act` decide it. */
async function decideHeld(
  deps: ServiceDeps,
  asked: { actor: Actor; id: bigint },
  act: (settling: Settling, held: Held) => Promise<void>,
): Promise<TransferDecided> {
  const { id } = asked;
  const first = await deps.database.transaction((tx) => findTransfer(tx, id));
  if (!first?.to) throw unknown(id);
  const actor = await withFreshRoles(deps, asked.actor, [first.from.id, first.to.id]);
  return deps.database.transaction(
    async (tx) => {
      const settling = { tx, now: deps.now(), actor };
      const held = await lockHeld(tx, id, actor);
      if (held.transfer.state !== 'held') return decided(held, held.transfer, false);
      await fillScope(tx, {
        subject: held.subject,
        chain: held.placed.chain,
        crmGroup: held.placed.crmGroup,
      });
      const isNew = await isStillNeeded(tx, held, held.placed.crmGroup);
      if (isNew) {
        await act(settling, held);
        await closeOvertaken(settling, held.placed, held);
      } else await closeUnneeded(settling, held);
      return decided(held, (await findTransfer(tx, id)) ?? held.transfer, isNew);
    },
    { timeoutMs: TRANSFER_TIMEOUT_MS },
  );
}

function decided({ actor, source, target }: Held, transfer: Transfer, isNew: boolean): TransferDecided {
  const sees = { from: mayFollow(actor, source), to: mayFollow(actor, target) };
  return { transfer, view: viewOf(transfer, sees), isNew };
}

async function lockHeld(tx: Tx, id: bigint, actor: Actor): Promise<Held> {
  const before = await findTransfer(tx, id);
  if (!before?.to || before.kind !== 'group') throw unknown(id);
  const subject = groupId(before.subjectId);
  const { chain } = await getPlacedGroup(tx, subject);
  const below = await crmGroupsBelow(tx, subject);
  await lockGroups(tx, [...new Set([...chain, ...below, before.from.id, before.to.id])]);
  const [source, target] = [await getCrmGroup(tx, before.from.id), await getCrmGroup(tx, before.to.id)];
  if (!mayFollow(actor, source) && !mayFollow(actor, target)) throw unknown(id);
  const transfer = await findTransfer(tx, id);
  const placed = await getPlacedGroup(tx, subject);
  if (!transfer) throw unknown(id);
  return { id, subject, from: source.id, to: target.id, transfer, actor, placed, source, target };
}
