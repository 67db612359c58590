import { z } from 'zod';

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
