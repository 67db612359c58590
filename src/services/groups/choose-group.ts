import { chosenGroups } from '../../db/queries/slack-people.ts';
import { type Actor, groupPlace, roleAt } from '../../domain/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupId } from '../../domain/ids.ts';
import { tableAllows } from '../../policy/table.ts';
import type { ServiceDeps } from '../deps.ts';

/** Where on Slack somebody speaks. */
export interface SlackPlace {
  readonly teamId: string;
  readonly channelId: string;
  readonly slackUserId: string;
}

export interface ChosenGroup {
  readonly reference: GroupId | string;
  /** What decided: shown to people who wonder why. */
  readonly by: 'named' | 'channel' | 'person' | 'only';
}

/**
 * Which group a command without an issue works in: the one named, else the channel's, else the person's own
 * choice, else the only one whose contacts they may view. Throws `ambiguous.group` with the choices otherwise.
 */
export async function chooseGroup(
  deps: ServiceDeps,
  actor: Actor,
  where: { named: string | null; place: SlackPlace },
): Promise<ChosenGroup> {
  if (where.named !== null) return { reference: where.named, by: 'named' };
  const { channel, person } = await chosenGroups(deps.database.read, where.place);
  if (channel !== null) return { reference: channel, by: 'channel' };
  if (person !== null) return { reference: person, by: 'person' };

  const roots = await deps.directory.rootGroups();
  const roles = await deps.directory.roles(
    actor.userId,
    roots.map((root) => groupPlace(root.id)),
  );
  const open = roots.filter((root) => tableAllows('contact.view', roleAt({ roles }, groupPlace(root.id))));
  const [only, ...others] = open;
  if (only && others.length === 0) return { reference: only.id, by: 'only' };
  throw fail('ambiguous.group', { choices: open.map((root) => root.fullPath) });
}
