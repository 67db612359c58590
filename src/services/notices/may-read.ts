import { groupPlace, roleAt } from '../../domain/actor.ts';
import type { CrmEvent } from '../../domain/events.ts';
import type { GitLabUserId, GroupId } from '../../domain/ids.ts';
import { OWNERS_TOPIC, topicOf } from '../../domain/topics.ts';
import { type Ability, tableAllows } from '../../policy/table.ts';
import type { ServiceDeps } from '../deps.ts';

/** Whose right a notice is read by, and of which crm group it tells. */
export interface Reader {
  readonly userId: GitLabUserId;
  readonly crmGroupId: GroupId;
}

/** Of a notice: what it tells, and whose right it is read by: of who alone reads it, or who turned it on for several. */
export interface ReadByRight {
  readonly event: CrmEvent;
  readonly reader?: Reader;
  readonly keeper?: Reader;
}

/** What it takes to be told of something. */
export const abilityFor = ({ kind }: CrmEvent): Ability =>
  topicOf(kind) === OWNERS_TOPIC ? 'settings.edit' : 'contact.view';

async function mayRead(
  { directory }: Pick<ServiceDeps, 'directory'>,
  { userId, crmGroupId }: Reader,
  event: CrmEvent,
): Promise<boolean> {
  const place = groupPlace(crmGroupId);
  const roles = await directory.roles(userId, [place]);
  return tableAllows(abilityFor(event), roleAt({ roles }, place));
}

/** Whether those by whose right some notices are read may still see every one of them. Asks GitLab. */
export async function mayReadAll(
  deps: Pick<ServiceDeps, 'directory'>,
  notices: readonly ReadByRight[],
): Promise<boolean> {
  const asked = new Map(
    notices.flatMap(({ event, reader, keeper }) => {
      const by = reader ?? keeper;
      return by ? [[`${by.userId}/${by.crmGroupId}/${abilityFor(event)}`, { by, event }] as const] : [];
    }),
  );
  const answers = await Promise.all([...asked.values()].map(({ by, event }) => mayRead(deps, by, event)));
  return answers.every((may) => may);
}
