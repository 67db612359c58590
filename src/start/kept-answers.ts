import type { Database } from '../db/client.ts';
import { enqueue } from '../db/queries/outbox.ts';
import type { Sender } from '../delivery/send-message.ts';
import { fromJson, type Json, toJson } from '../domain/json.ts';
import type { KeptAnswer } from '../slack/deliver-reply.ts';
import type { SlackEdge } from '../slack/edge.ts';

/** The outbox's kind for answers that Slack did not take in time. */
export const KEPT_ANSWER_KIND = 'slack.answer';

/** What was asked a day ago has another answer now. */
const MAX_AGE_MS = 24 * 60 * 60_000;

/** Keeps an answer for who asked, in the form in which notices are sent. */
export async function keepAnswer(database: Database, answer: KeptAnswer): Promise<void> {
  const { key, teamId, slackUserId, reply } = answer;
  const late = { kind: 'hint', text: 'Slack did not take this answer where you asked for it.' } as const;
  const payload = toJson({
    teamId,
    channelId: slackUserId,
    reply: { ...reply, blocks: [...reply.blocks, late] },
  });
  await database.transaction((tx) =>
    enqueue(tx, [
      {
        kind: KEPT_ANSWER_KIND,
        dedupeKey: `answer:${key}`,
        lane: `slack:${teamId}:${slackUserId}`,
        payload,
      },
    ]),
  );
}

/** Brings kept answers to people in person. */
export function keptAnswerSender(edge: Pick<SlackEdge, 'notices'>, now: () => Date): Sender {
  return async ({ dedupeKey, payload, attempt, createdAt }) => {
    if (now().getTime() - createdAt.getTime() > MAX_AGE_MS)
      return { outcome: 'left out: nobody waits any more' };
    return edge.notices({ dedupeKey, payload: fromJson(payload as Json), attempt, createdAt });
  };
}
