import { SlackError, type WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { HomePage } from '../commands/home.ts';
import type { SlackAsking } from '../commands/slack-context.ts';
import { RetryLaterError } from '../domain/delivery-errors.ts';
import type { InFlight } from './in-flight.ts';
import { passing } from './refusals.ts';
import { loggable, type SlackLog } from './slack-log.ts';
import { readMemory } from './views/metadata.ts';
import { renderHome } from './views/render-home.ts';

/** Gives a person's page. Words its own errors; whatever it throws is our fault. */
export type HomeOf = (asking: SlackAsking) => Promise<HomePage>;

/** What came of publishing anew. */
export type Renewed = 'published' | 'unchanged' | 'left until it is opened';

/** Remembers what somebody is shown now, for whoever asks to `renew` it. */
export type NoteHome = (
  owner: HomeOwner,
  shown: { readonly crmGroupId: HomePage['crmGroupId']; readonly mark: string },
) => Promise<void>;

/** Somebody on Slack. */
export interface HomeOwner {
  readonly teamId: string;
  readonly slackUserId: string;
}

/** The home tabs of one workspace: published when they are opened or acted on, and only when they changed. */
export interface Homes {
  /** For `app_home_opened`; anything else is left alone. Returns at once and never throws. */
  opened(body: unknown): void;
  /** Publishes anew for whoever sent a request, if they looked at theirs lately. Returns at once and never throws. */
  acted(body: unknown): void;
  refresh(person: HomeOwner): void;
  /** Publishes anew for somebody who did nothing, unless they are shown that already. Throws RetryLaterError. */
  renew(person: HomeOwner, before: string | null): Promise<Renewed>;
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
  readonly noteHome: NoteHome;
  readonly inFlight: InFlight;
  readonly log: SlackLog;
}

export function createHomes({ client, homeOf, noteHome, inFlight, log }: HomesDeps): Homes {
  /** What each person was shown last; empty when that is not known. */
  const shown = new LRUCache<string, string>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS });

  /** Slack tells of an event again when it heard no answer in time. */
  const taken = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS });

  async function publish(owner: HomeOwner, before: string): Promise<boolean> {
    if (homeOf === null) return false;
    const { teamId, slackUserId } = owner;
    const page = await homeOf({ teamId, slackUserId, channelId: slackUserId, key: 'home' });
    // Nobody's page gives way to a word about an outage, but one has to be shown to who has none.
    if (page.isOutage && before !== '') throw new RetryLaterError('what it shows is not to be had just now');
    const { view, mark } = renderHome(page);
    const isNew = mark !== before;
    if (isNew) await client.views.publish({ user_id: slackUserId, view });
    shown.set(slackUserId, mark);
    await noteHome(owner, { crmGroupId: page.crmGroupId, mark });
    return isNew;
  }

  const publishQuietly = (owner: HomeOwner, before: string): Promise<unknown> =>
    publish(owner, before).catch((error: unknown) =>
      log.warn({ err: loggable(error) }, 'slack: a home tab was not published'),
    );

  function refresh({ teamId, slackUserId }: HomeOwner): void {
    const before = shown.get(slackUserId);
    if (before !== undefined) inFlight.track(publishQuietly({ teamId, slackUserId }, before));
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
      inFlight.track(publishQuietly({ teamId: read.data.team_id, slackUserId: user }, before));
    },
    async renew(owner, before) {
      // Without a mark there is no page that anybody looks at.
      if (before === null) return 'unchanged';
      try {
        return (await publish(owner, before)) ? 'published' : 'unchanged';
      } catch (error) {
        const may = error instanceof SlackError ? passing(error) : null;
        if (may)
          throw new RetryLaterError('Slack took no home tab', { retryAfterMs: may.afterMs, cause: error });
        if (error instanceof SlackError) return 'left until it is opened';
        throw error;
      }
    },
    acted(body) {
      const read = acting.safeParse(body);
      if (read.success) refresh({ teamId: read.data.team.id, slackUserId: read.data.user.id });
    },
    refresh,
  };
}
