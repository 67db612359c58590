import type { Tx } from '../../db/client.ts';
import { type EditedSubject, editsSince } from '../../db/queries/edit-customers.ts';
import { type FieldChange, netChanges } from '../../domain/edits.ts';
import { type AppError, fail } from '../../domain/errors.ts';
import type { GitLabUserId, GroupId } from '../../domain/ids.ts';
import type { ServiceDeps } from '../deps.ts';

/** An edit refused because somebody else was faster. */
export interface Overtaken {
  readonly kind: 'overtaken';
  /** The customer's name. */
  readonly what: string;
  readonly changes: readonly FieldChange[];
  /** Who made the last change; null when the audit log does not tell. */
  readonly by: GitLabUserId | null;
  readonly at: Date | null;
}

/** What happened to a customer after the version that an editor saw. */
export async function overtakenBy(
  tx: Tx,
  crmGroup: GroupId,
  seen: { subject: EditedSubject; version: number; what: string },
): Promise<Overtaken> {
  const edits = await editsSince(tx, crmGroup, seen);
  const last = edits.at(-1);
  return {
    kind: 'overtaken',
    what: seen.what,
    changes: netChanges(edits.map((edit) => edit.changes)),
    by: last?.actorId ?? null,
    at: last?.at ?? null,
  };
}

/** `conflict.stale` with the name of whoever was faster: asked of GitLab, hence after the transaction. */
export async function staleError(
  deps: Pick<ServiceDeps, 'directory'>,
  overtaken: Overtaken,
): Promise<AppError> {
  const { what, changes, by, at } = overtaken;
  const person = by === null ? null : await deps.directory.user(by);
  return fail('conflict.stale', { what, meanwhile: { changes, by: person?.name ?? null, at } });
}
