import type { Tx } from '../../db/client.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import type { EditedSubject } from '../../db/queries/edit-customers.ts';
import type { Actor } from '../../domain/actor.ts';
import { eventsOf, type FieldChange, valuesOf } from '../../domain/edits.ts';
import type { CrmEvent } from '../../domain/events.ts';
import type { GroupId } from '../../domain/ids.ts';
import { announce } from '../notices/announce.ts';

export interface RecordedEdit {
  readonly crmGroupId: GroupId;
  readonly subject: EditedSubject;
  readonly versions: { readonly before: number; readonly after: number };
  readonly changes: readonly FieldChange[];
  readonly now: Date;
  /** The event that some of the changes amount to. */
  readonly eventOf: (changes: readonly FieldChange[]) => CrmEvent;
}

/** One audit entry and one notice for the fields that changed, and one for the state. */
export async function recordEdit(tx: Tx, actor: Actor, edit: RecordedEdit): Promise<void> {
  const { crmGroupId, subject, versions, now } = edit;
  const { edited, state } = eventsOf(edit.changes);
  for (const changes of [edited, state ? [state] : []]) {
    if (changes.length === 0) continue;
    const event = edit.eventOf(changes);
    // The versions tell a later editor which of the entries they have not seen.
    const before = { version: versions.before, ...valuesOf(changes, 'before') };
    const after = { version: versions.after, ...valuesOf(changes, 'after') };
    await writeAudit(tx, actor, { crmGroupId, action: event.kind, subject, before, after }, now);
    await announce(tx, actor, { crmGroupId, event });
  }
}
