import { wordRemovedContacts } from '../commands/wording/transfers.ts';
import type { Sender } from '../delivery/send-message.ts';
import type { ReplyPayload } from '../gitlab/reply-message.ts';
import type { SystemNotePayload } from '../services/transfers/move-issue.ts';

/** Sends notes that answer nobody, worded only now, as a reply that starts a discussion of its own. */
export function systemNoteSender(send: Sender): Sender {
  return (message, signal) => {
    const { projectId, iid, internal, removedContacts } = message.payload as unknown as SystemNotePayload;
    const payload: ReplyPayload = {
      projectId,
      iid,
      discussionId: null,
      internal,
      reply: wordRemovedContacts(removedContacts),
    };
    return send({ ...message, payload: { ...payload } as unknown as typeof message.payload }, signal);
  };
}
