import type { WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { HomePage } from '../commands/home.ts';
import type { SlackAsking } from '../commands/slack-context.ts';
import type { InFlight } from './in-flight.ts';
import { loggable, type SlackLog } from './slack-log.ts';
import { readMemory } from './views/metadata.ts';
import { renderHome } from './views/render-home.ts';

/** Gives a person's page. Words its own errors; whatever it throws is our fault. */
export type HomeOf = (asking: SlackAsking) => Promise<HomePage>;

/** The home tabs of one workspace: published when they are opened or acted on, and only when they changed. */
export interface Homes {
  /** For `app_home_opened`; anything else is left alone. Returns at once and never throws. */
  opened(body: unknown): void;
  /** Publishes anew for whoever sent a request, if they looked at theirs lately. Returns at once and never throws. */
  acted(body: unknown): void;
  refresh(person: { readonly teamId: string; readonly slackUserId: string }): void;
}

const REMEMBERED_MS = 60 * 60_000;
const MAX_REMEMBERED = 5000;

const schema = z.object({
  event_id: z.string().optional(),
  team_id: z.string().min(1),
  event: z.object({
    type: z.literal('app_home_opened'),
    tab: z.string().optional(),
    user: z.string().min(1),
    view: z.object({ private_metadata: z.string().default('') }).nullish(),
  }),
});

const acting = z.object({ team: z.object({ id: z.string() }), user: z.object({ id: z.string() }) });

export interface HomesDeps {
  readonly client: WebClient;
  /** Null where nobody has a home. */
  readonly homeOf: HomeOf | null;
  readonly inFlight: InFlight;
  readonly log: SlackLog;
}

export function createHomes({ client, homeOf, inFlight, log }: HomesDeps): Homes {
  /** What each person was shown last; empty when that is not known. */
  const shown = new LRUCache<string, string>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS });

  /** Slack tells of an event again when it heard no answer in time. */
  const taken = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS });

  async function publish(teamId: string, userId: string, before: string): Promise<void> {
    if (homeOf === null) return;
    try {
      const page = await homeOf({ teamId, slackUserId: userId, channelId: userId, key: 'home' });
      const { view, mark } = renderHome(page);
      if (mark === before) return;
      await client.views.publish({ user_id: userId, view });
      shown.set(userId, mark);
    } catch (error) {
      log.warn({ err: loggable(error) }, 'slack: a home tab was not published');
    }
  }

  function refresh({ teamId, slackUserId }: { teamId: string; slackUserId: string }): void {
    const before = shown.get(slackUserId);
    if (before !== undefined) inFlight.track(publish(teamId, slackUserId, before));
  }

  return {
    opened(body) {
      const read = schema.safeParse(body);
      if (!read.success || (read.data.event.tab ?? 'home') !== 'home') return;
      const { event_id: event, event: opening } = read.data;
      if (event !== undefined && taken.has(event)) return;
      if (event !== undefined) taken.set(event, true);
      const { user, view } = opening;
      const before = readMemory(view?.private_metadata)?.key ?? '';
      shown.set(user, before);
      inFlight.track(publish(read.data.team_id, user, before));
    },
    acted(body) {
      const read = acting.safeParse(body);
      if (read.success) refresh({ teamId: read.data.team.id, slackUserId: read.data.user.id });
    },
    refresh,
  };
}
