import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { z } from 'zod';
import { PAGE_HEADERS, type Page, page, paragraph } from '../gitlab/connect/pages.ts';
import type { Installations } from '../services/workspaces/installations.ts';
import { OAUTH_REDIRECT_PATH } from '../slack/app-surface.ts';
import type { SlackApp } from '../slack/install/exchange.ts';
import { drawState, INSTALL_MINUTES, isStateOf } from '../slack/install/state.ts';

export interface SlackInstallOptions {
  readonly app: SlackApp;
  readonly installations: Installations;
  readonly stateSecret: string;
  readonly publicUrl: () => string;
  readonly now: () => Date;
}

const COOKIE = 'tieline_install';
const answerSchema = z.object({ state: z.string().min(1).max(300), code: z.string().min(1).max(2_000) });

const AGAIN = 'Open /slack/install here to try again.';
const expired = (): Page =>
  page(
    410,
    'This does not fit together',
    paragraph(`It was begun in another browser, or more than ${INSTALL_MINUTES} minutes ago. ${AGAIN}`),
  );
const declined = (): Page => page(200, 'Tieline was not installed', paragraph(AGAIN));
const refused = (): Page =>
  page(
    400,
    'Slack did not confirm the installation',
    paragraph(`It has to be for one workspace, and each confirmation is good once. ${AGAIN}`),
  );
const silent = (): Page =>
  page(503, 'This does not work just now', paragraph(`Nothing was installed. ${AGAIN}`));
const installed = (team: string): Page =>
  page(
    200,
    `Tieline is in ${team} now`,
    paragraph('Go to Slack and type /crm connect to tie your GitLab account to it.'),
  );

/** GET /slack/install and /slack/oauth_redirect: an administrator puts Tieline into their workspace. */
export function slackInstallRoutes(options: SlackInstallOptions): FastifyPluginAsync {
  const { app: slack, stateSecret, publicUrl, now } = options;
  const cookie = (value: string, maxAgeSec: number): string => {
    const secure = publicUrl().startsWith('https:') ? '; Secure' : '';
    return `${COOKIE}=${value}; Path=/; Max-Age=${maxAgeSec}; HttpOnly; SameSite=Lax${secure}`;
  };
  return async (app) => {
    app.get('/slack/install', async (_request, reply) => {
      const { state, nonce } = drawState(stateSecret, now());
      return reply
        .headers({ ...PAGE_HEADERS, 'set-cookie': cookie(nonce, INSTALL_MINUTES * 60) })
        .redirect(slack.authorizeUrl(state), 302);
    });
    app.get(OAUTH_REDIRECT_PATH, async (request, reply) => {
      void reply.header('set-cookie', cookie('', 0));
      const answer = answerSchema.safeParse(request.query);
      if (!answer.success) {
        return show(
          reply,
          z.object({ error: z.string() }).safeParse(request.query).success ? declined() : expired(),
        );
      }
      const { state, code } = answer.data;
      const nonce = nonceIn(request.headers.cookie);
      if (nonce === null || !isStateOf(stateSecret, { state, nonce }, now())) return show(reply, expired());
      try {
        return show(reply, await install(options, code));
      } catch (error) {
        request.log.error({ err: error }, 'an installation could not be kept');
        return show(reply, silent());
      }
    });
  };
}

async function install({ app, installations }: SlackInstallOptions, code: string): Promise<Page> {
  const given = await app.install(code);
  if (!given) return refused();
  await installations.save(given);
  return installed(given.teamName);
}

function nonceIn(header: string | undefined): string | null {
  const found = /(?:^|;\s*)tieline_install=([\w-]{1,100})(?:;|$)/.exec(header ?? '');
  return found?.[1] ?? null;
}

const show = (reply: FastifyReply, { status, html }: Page): FastifyReply =>
  reply.headers(PAGE_HEADERS).code(status).send(html);
