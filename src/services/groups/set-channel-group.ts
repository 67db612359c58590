import type { Actor } from '../../domain/actor.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { SlackPlace } from './choose-group.ts';
import { openCrmGroup } from './open-crm-group.ts';

export interface ChannelGroup {
  readonly group: string;
  readonly crmGroup: string;
}

/** Makes a group the one that a Slack channel works in; whoever may view its contacts may do so. */
export async function setChannelGroup(
  deps: ServiceDeps,
  actor: Actor,
  input: { reference: string; place: SlackPlace },
): Promise<ChannelGroup> {
  const opened = await openCrmGroup(deps, actor, input.reference);
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  const { teamId, channelId } = input.place;
  const row = { groupId: opened.group.id, setBy: actor.userId, setAt: deps.now() };
  await deps.database.transaction((tx) =>
    tx.channelSettings.upsert({
      where: { teamId_channelId: { teamId, channelId } },
      create: { teamId, channelId, ...row },
      update: row,
    }),
  );
  return { group: opened.group.fullPath, crmGroup: opened.crmGroup.fullPath };
}

/** Remembers a group as a person's own choice. */
export async function rememberGroup(
  deps: ServiceDeps,
  actor: Actor,
  input: { reference: string; place: SlackPlace },
): Promise<void> {
  const opened = await openCrmGroup(deps, actor, input.reference);
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  const { teamId, slackUserId } = input.place;
  await deps.database.transaction((tx) =>
    tx.personSettings.upsert({
      where: { teamId_slackUserId: { teamId, slackUserId } },
      create: { teamId, slackUserId, groupId: opened.group.id },
      update: { groupId: opened.group.id },
    }),
  );
}
