import type { MovesFollowed } from '../issues/follow-moves.ts';
import type { PlaceSettled } from '../places/settle-place.ts';

/** One thing that was not as GitLab has it, and is now. */
export interface Mended {
  readonly kind: 'group' | 'project' | 'issue';
  /** GitLab's id. */
  readonly id: bigint;
  /** Its path or reference now, or the last one when it is gone. */
  readonly reference: string;
  readonly what:
    | 'renamed'
    | 'moved'
    | 'transfer_applied'
    | 'transfer_held'
    | 'removed'
    | 'recorded'
    | 'carried_out'
    | 'linked'
    | 'hooked'
    | 'updated';
  /** What it was before, or what followed; null when there is nothing to say. */
  readonly detail: string | null;
}

/** What a sweep looked at and mended. `isComplete` is false when its requests ran out before the end. */
export interface SweepReport {
  readonly isComplete: boolean;
  readonly requests: number;
  /** Hooks that GitLab could not deliver, taken up now. */
  readonly deliveries: number;
  readonly groups: number;
  readonly projects: number;
  readonly issues: number;
  readonly mended: readonly Mended[];
}

/** What settling a place mended; nothing, usually. */
export function mendedBy(
  place: { readonly kind: 'group' | 'project'; readonly id: bigint },
  { before, fullPath, transfers }: PlaceSettled,
): Mended[] {
  const line = { kind: place.kind, id: place.id, reference: fullPath };
  const mended: Mended[] = transfers.map(({ kind, subjectId, subjectPath, state, formerPath }) => ({
    kind,
    id: subjectId,
    reference: subjectPath,
    what: state === 'held' ? 'transfer_held' : 'transfer_applied',
    detail: formerPath,
  }));
  if (mended.length === 0 && before !== null && before.fullPath !== fullPath) {
    const stem = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
    const what = stem(before.fullPath) === stem(fullPath) ? 'renamed' : 'moved';
    mended.push({ ...line, what, detail: before.fullPath });
  }
  return mended;
}

/** What following an issue's move mended; null when there was nothing to follow. */
export function mendedMove(
  issue: { readonly id: bigint; readonly reference: string },
  { carried, dropped }: MovesFollowed,
): Mended | null {
  if (carried + dropped === 0) return null;
  return { kind: 'issue', ...issue, what: 'moved', detail: `${carried} links followed, ${dropped} ended` };
}
