import { z } from 'zod';
import type { InFlight } from './in-flight.ts';
import { loggable, type SlackLog } from './slack-log.ts';

/** Tieline was removed from a workspace, or its token there was revoked. */
export interface WorkspaceRemoval {
  readonly teamId: string;
  readonly kind: 'uninstalled' | 'revoked';
  readonly at: Date;
}

const schema = z.object({
  team_id: z.string().min(1),
  event_time: z.number(),
  event: z.object({
    type: z.string(),
    tokens: z.object({ bot: z.array(z.string()).nullish() }).nullish(),
  }),
});

/** What an `app_uninstalled` or `tokens_revoked` event says; null where no token of ours is meant. */
export function workspaceRemoval(body: unknown): WorkspaceRemoval | null {
  const read = schema.safeParse(body);
  if (!read.success) return null;
  const { team_id: teamId, event, event_time: time } = read.data;
  const at = new Date(time * 1_000);
  if (event.type === 'app_uninstalled') return { teamId, kind: 'uninstalled', at };
  if (event.type !== 'tokens_revoked' || !event.tokens?.bot?.length) return null;
  return { teamId, kind: 'revoked', at };
}

/** Slack gives up waiting after three seconds, and then sends it again just the same. */
const DONE_WITHIN_MS = 2_000;

/** Carries a removal out; false when that failed or takes too long to wait for. Never rejects. */
export async function carryOutRemoval(
  removal: WorkspaceRemoval,
  { onRemoved, inFlight, log }: RemovalDeps,
): Promise<boolean> {
  const work = onRemoved(removal).then(
    () => true,
    (error: unknown) => {
      log.error({ err: loggable(error) }, 'slack: a removal was not carried out');
      return false;
    },
  );
  inFlight.track(work);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), DONE_WITHIN_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

export interface RemovalDeps {
  readonly onRemoved: (removal: WorkspaceRemoval) => Promise<void>;
  readonly inFlight: InFlight;
  readonly log: SlackLog;
}
