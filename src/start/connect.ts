import type { FastifyPluginAsync } from 'fastify';
import { wordConnected } from '../commands/wording/connected.ts';
import type { PlatformConfig } from '../config.ts';
import { createGitLabOAuth } from '../gitlab/connect/oauth.ts';
import { connectRoutes } from '../gitlab/connect/routes.ts';
import type { ServiceDeps } from '../services/deps.ts';
import type { SlackEdge } from '../slack/edge.ts';

/** How people connect their account, where an OAuth application is set up. */
export function connectPort(
  { oauth, url }: PlatformConfig['gitlab'],
  publicUrl: () => string,
): Pick<ServiceDeps, 'connect'> {
  return oauth ? { connect: createGitLabOAuth({ instanceUrl: url, ...oauth, publicUrl }) } : {};
}

/** The pages of the way there and back. Who gets connected is told so on Slack, in person. */
export function connectPages(
  services: ServiceDeps,
  slack: Pick<SlackEdge, 'emailOf' | 'people'>,
): FastifyPluginAsync {
  return connectRoutes({
    services,
    emailOf: ({ teamId, slackUserId }) => slack.emailOf(teamId, slackUserId),
    nameOf: ({ teamId, slackUserId }) => slack.people.nameOf(teamId, slackUserId),
    onConnected: ({ teamId, slackUserId }, username) =>
      void slack.people.tell(teamId, slackUserId, wordConnected(username)),
  });
}
