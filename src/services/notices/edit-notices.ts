import type { Tx } from '../../db/client.ts';
import { findMessage, messagesAbout, rewriteUnsent } from '../../db/queries/notices.ts';
import { enqueue } from '../../db/queries/outbox.ts';
import type { Actor } from '../../domain/actor.ts';
import type { CrmEvent } from '../../domain/events.ts';
import { fromJson, type Json, toJson } from '../../domain/json.ts';
import type { ServiceDeps } from '../deps.ts';
import { actorOf, type NoticePayload } from './announce.ts';

/** What the outbox keeps of an edit: what the notice says from now on, and the key of the notice. */
export interface EditPayload extends NoticePayload {
  readonly edits: string;
}

/** The outbox's kind of message that edits a notice. */
export const NOTICE_EDIT_KIND = 'slack.edit';

/** What a notice says from now on, made of what it told so far. */
export type EditedEvent = (told: CrmEvent) => CrmEvent;

/**
 * Lets every notice about something say what became of it, in the transaction that decided it: one that is still to be
 * sent goes out so, any other is edited after it. Gives the lanes of the channels that learn of it in this way.
 */
export async function editNotices(
  tx: Tx,
  actor: Actor | null,
  { about, eventOf }: { about: string; eventOf: EditedEvent },
): Promise<ReadonlySet<string>> {
  const lanes = new Set<string>();
  for (const { id, dedupeKey, lane, payload } of await messagesAbout(tx, about)) {
    const told = fromJson<NoticePayload>(payload);
    const edited: NoticePayload = { ...told, actor: actorOf(actor), event: eventOf(told.event) };
    lanes.add(lane);
    if (await rewriteUnsent(tx, id, toJson(edited))) continue;
    const edit: EditPayload = { ...edited, edits: dedupeKey };
    // In the same lane, hence after the notice itself.
    await enqueue(tx, [
      { kind: NOTICE_EDIT_KIND, dedupeKey: `edit:${dedupeKey}`, lane, payload: toJson(edit) as Json },
    ]);
  }
  return lanes;
}

/** Where a notice was posted, in the platform's words; `pending` before that, null when it never will be. */
export async function postedNotice(
  { database }: Pick<ServiceDeps, 'database'>,
  dedupeKey: string,
): Promise<{ remoteRef: string } | 'pending' | null> {
  const found = await database.transaction((tx) => findMessage(tx, dedupeKey));
  if (found?.state === 'pending') return 'pending';
  return found?.state === 'sent' && found.remoteRef ? { remoteRef: found.remoteRef } : null;
}
