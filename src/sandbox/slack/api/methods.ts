import { ApiError } from './api-error.ts';
import { neededArg } from './args.ts';
import { chatMethods } from './chat.ts';
import { conversationMethods } from './conversations.ts';
import type { ApiMethod } from './method.ts';
import { userMethods } from './users.ts';
import { viewMethods } from './views.ts';

const authMethods: Record<string, ApiMethod> = {
  'api.test': { scope: null, open: true, run: (_context, args) => ({ args }) },
  'auth.test': {
    scope: null,
    run({ workspace }) {
      const { team, bot } = workspace.options;
      return {
        url: `https://${team.domain}.slack.com/`,
        team: team.name,
        user: workspace.user(bot.userId)?.name ?? 'tieline',
        team_id: team.id,
        user_id: bot.userId,
        bot_id: bot.botId,
        is_enterprise_install: false,
      };
    },
  },
  'apps.connections.open': {
    scope: null,
    run() {
      throw new ApiError('not_allowed_token_type');
    },
  },
  'oauth.v2.access': {
    scope: null,
    open: true,
    run({ workspace }, args) {
      neededArg(args, 'code');
      const { team, bot } = workspace.options;
      return {
        app_id: workspace.appId,
        authed_user: { id: workspace.state.users.find((user) => !user.isBot)?.id ?? bot.userId },
        scope: [...workspace.scopes].join(','),
        token_type: 'bot',
        access_token: bot.token,
        bot_user_id: bot.userId,
        team: { id: team.id, name: team.name },
        enterprise: null,
        is_enterprise_install: false,
      };
    },
  },
};

/** Every method this server knows, by Slack's name. */
export const METHODS: ReadonlyMap<string, ApiMethod> = new Map(
  Object.entries({
    ...authMethods,
    ...chatMethods,
    ...conversationMethods,
    ...userMethods,
    ...viewMethods,
  }),
);
