import { type DeliveryHandlerDeps, type Handled, type IncomingComment, nothing } from './handler-types.ts';
import { replyMessage } from './reply-message.ts';

/** Has the commands run, and leaves the answer to be put into the outbox with the delivery's own mark. */
export async function answered<Tx>(
  { answerComment, enqueueReply }: DeliveryHandlerDeps<Tx>,
  comment: IncomingComment,
): Promise<Handled<Tx>> {
  const reply = await answerComment(comment);
  if (reply === null) return nothing('no command');
  const message = replyMessage(comment, reply);
  return {
    outcome: `answered ${comment.commentKey}`,
    write: async (tx) => {
      await enqueueReply(tx, message);
    },
  };
}
