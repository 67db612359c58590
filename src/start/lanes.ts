import type { LaneRule } from '../delivery/send-message.ts';

/** Slack takes about one message a second for a channel (api.slack.com/apis/rate-limits). */
const MESSAGE_GAP_MS = 1_000;
/** And a hundred home tabs a minute for a workspace, most of which are for those who open theirs. */
const HOME_GAP_MS = 1_000;

/** How fast each lane of the outbox goes. */
export function laneRule(lane: string): LaneRule {
  if (lane.startsWith('slack-home:')) return { minGapMs: HOME_GAP_MS };
  return { minGapMs: lane.startsWith('slack:') ? MESSAGE_GAP_MS : 0 };
}
