import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import type { PlatformConfig } from '../config.ts';
import type { ServiceDeps } from '../services/deps.ts';
import { createInstallations, type Installations } from '../services/workspaces/installations.ts';
import { removeWorkspace } from '../services/workspaces/remove-workspace.ts';
import { createSealer } from '../services/workspaces/seal.ts';
import type { SlackEdgeOptions } from '../slack/edge.ts';
import { createSlackApp } from '../slack/install/exchange.ts';
import { slackInstallRoutes } from './slack-install.ts';

/** Which workspaces Tieline is in, and how it gets into more. */
export interface SlackWorkspaces extends Required<Pick<SlackEdgeOptions, 'botToken' | 'onRemoved'>> {
  /** Null for a single workspace with a token of its own. */
  readonly installations: Installations | null;
  readonly routes: FastifyPluginAsync;
}

interface Parts {
  readonly slack: PlatformConfig['slack'];
  readonly services: ServiceDeps;
  readonly publicUrl: () => string;
  readonly log: Logger;
}

/** One workspace by its token, or many by OAuth, as the settings say. */
export function slackWorkspaces({ slack, services, publicUrl, log }: Parts): SlackWorkspaces {
  const { database, now } = services;
  const onRemoved: SlackWorkspaces['onRemoved'] = async (removal) => {
    if (await removeWorkspace(services, removal)) log.warn(removal, 'slack: removed from a workspace');
  };
  if (!slack.install) {
    return { botToken: slack.botToken, onRemoved, installations: null, routes: async () => {} };
  }
  const { clientId, clientSecret, stateSecret, secretKey } = slack.install;
  const app = createSlackApp({ clientId, clientSecret, apiUrl: slack.apiUrl, publicUrl, log, now });
  const installations = createInstallations({
    database,
    sealer: createSealer(secretKey),
    now,
    refresh: (refreshToken) => app.refresh(refreshToken),
    onUnreadable: (teamId) =>
      log.error({ teamId }, 'the tokens of a workspace were encrypted with another TIELINE_SECRET_KEY'),
  });
  return {
    botToken: installations.tokenOf,
    onRemoved,
    installations,
    routes: slackInstallRoutes({ app, installations, stateSecret, publicUrl, now }),
  };
}
