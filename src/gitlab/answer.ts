import { type DeliveryHandlerDeps, type Handled, type IncomingComment, nothing } from './handler-types.ts';
import { type ReplyMessage, replyMessage } from './reply-message.ts';

/**
 * Has the commands run, and leaves the answer to be put into the outbox with the delivery's own mark. Answers to
 * earlier comments go before it in the same transaction: whichever of several that are handled at once ends first,
 * a lane never holds an answer before one to an earlier comment.
 */
export async function answered<Tx>(
  { answerComment, followMoves, enqueueReply }: DeliveryHandlerDeps<Tx>,
  comment: IncomingComment,
  earlier: readonly ReplyMessage[] = [],
): Promise<Handled<Tx>> {
  const reply = await answerComment(comment);
  if (reply !== null) {
    // The issue may have gone on as another one before its hooks did.
    await followMoves(comment.issue);
  }
  const messages = reply === null ? earlier : [...earlier, replyMessage(comment, reply)];
  if (messages.length === 0) return nothing('no command');
  return {
    outcome: reply === null ? nothing('no command').outcome : `answered ${comment.commentKey}`,
    write: async (tx) => {
      // In the order of the comments, which also keeps two of these transactions from waiting for each other.
      for (const message of messages) await enqueueReply(tx, message);
    },
  };
}
