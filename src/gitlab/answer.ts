import { type DeliveryHandlerDeps, type Handled, type IncomingComment, nothing } from './handler-types.ts';
import { replyMessage } from './reply-message.ts';

/** Has the commands run, and leaves the answer to be put into the outbox with the delivery's own mark. */
export async function answered<Tx>(
  { answerComment, followMoves, enqueueReply }: DeliveryHandlerDeps<Tx>,
  comment: IncomingComment,
): Promise<Handled<Tx>> {
  const reply = await answerComment(comment);
  if (reply === null) return nothing('no command');
  // The issue may have gone on as another one before its hooks did.
  await followMoves(comment.issue);
  const message = replyMessage(comment, reply);
  return {
    outcome: `answered ${comment.commentKey}`,
    write: async (tx) => {
      await enqueueReply(tx, message);
    },
  };
}
