import type { World } from '../world.ts';
import type { FakeSlackOptions } from './options.ts';

/** The workspace of the demo world: its team, people and channels. The bot is in every channel. */
export function workspaceOfWorld(world: World): Pick<FakeSlackOptions, 'team' | 'users' | 'channels'> {
  const { slack } = world;
  return {
    team: { id: slack.teamId, name: slack.teamName, domain: slack.teamDomain },
    users: world.people.flatMap((person) =>
      person.slackUserId === null
        ? []
        : [
            {
              id: person.slackUserId,
              name: person.username,
              realName: person.name,
              email: person.bot ? null : person.email,
              isBot: person.bot,
            },
          ],
    ),
    channels: slack.channels.map(({ id, name, topic }) => ({ id, name, topic })),
  };
}
