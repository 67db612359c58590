import type { Tx } from '../../db/client.ts';
import {
  forgetHome,
  type HomeOwner,
  homeMark,
  homesShowing,
  rememberHome,
} from '../../db/queries/home-tabs.ts';
import { enqueue } from '../../db/queries/outbox.ts';
import type { GroupId } from '../../domain/ids.ts';
import { toJson } from '../../domain/json.ts';
import type { ServiceDeps } from '../deps.ts';

/** The outbox's kind of message that publishes somebody's home tab anew, where that changes it. */
export const HOME_KIND = 'slack.home';

/** What the outbox keeps of it: whose. What it shows is read when it is published. */
export type HomePayload = HomeOwner;

/** Whoever looked at theirs longer ago sees the news when they open it. */
const LOOKED_WITHIN_MS = 8 * 60 * 60_000;
/** More than that at once would keep Slack busy for longer than people look at a tab. */
const MOST = 200;

/** Remembers what somebody's home tab shows, so that it can be published anew when others change it. */
export function noteHome(
  { database, now }: Pick<ServiceDeps, 'database' | 'now'>,
  owner: HomeOwner,
  { crmGroupId, mark }: { crmGroupId: GroupId | null; mark: string },
): Promise<void> {
  return database.transaction((tx) =>
    crmGroupId === null ? forgetHome(tx, owner) : rememberHome(tx, owner, { crmGroupId, mark, at: now() }),
  );
}

/** The mark of what somebody's home tab shows; null where that is not known. */
export const shownHome = (
  { database }: Pick<ServiceDeps, 'database'>,
  owner: HomeOwner,
): Promise<string | null> => database.transaction((tx) => homeMark(tx, owner));

/** Lets the home tabs that people looked at lately show what changed in some crm groups; `key` tells one change from another. */
export async function renewHomes(
  tx: Tx,
  crmGroups: readonly GroupId[],
  { key, now }: { key: string; now: Date },
): Promise<void> {
  const since = new Date(now.getTime() - LOOKED_WITHIN_MS);
  const owners = await homesShowing(tx, crmGroups, { since, limit: MOST });
  await enqueue(
    tx,
    owners.map(({ teamId, slackUserId }) => {
      const payload: HomePayload = { teamId, slackUserId };
      return {
        kind: HOME_KIND,
        dedupeKey: `home:${key}:${teamId}:${slackUserId}`,
        lane: `slack-home:${teamId}`,
        payload: toJson(payload),
      };
    }),
  );
}
