import type { FastifyInstance, FastifyPluginAsync, FastifyReply } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import type { ServiceDeps } from '../../services/deps.ts';
import {
  type Connecting,
  confirmConnecting,
  consentUrl,
  finishConnecting,
} from '../../services/identity/connecting.ts';
import type { SlackEmail, SlackPerson } from '../../services/identity/identify-slack-user.ts';
import {
  connectingPage,
  declinedPage,
  expiredPage,
  offPage,
  PAGE_HEADERS,
  type Page,
  unavailablePage,
} from './pages.ts';

export interface ConnectRoutesOptions {
  readonly services: ServiceDeps;
  readonly emailOf: SlackEmail;
  /** What a person is called on Slack, for the page; never fails. */
  readonly nameOf: (person: SlackPerson) => Promise<string>;
  /** Heard once an account is connected. Must not throw. */
  readonly onConnected: (person: SlackPerson, username: string) => void;
}

const secret = z.string().min(1).max(200);
const startSchema = z.object({ state: secret });
const answerSchema = z.object({ state: secret, code: z.string().min(1).max(2_000) });
const confirmSchema = z.object({ key: secret, answer: z.enum(['yes', 'no']) });

const MAX_FORM_BYTES = 4_096;

/** GET /connect and /connect/callback, and POST /connect/confirm: a person's browser on its way to GitLab and back. */
export function connectRoutes(options: ConnectRoutesOptions): FastifyPluginAsync {
  const { services } = options;
  return async (app) => {
    readForms(app);
    app.get('/connect', async (request, reply) =>
      answered(reply, request, async () => {
        const asked = startSchema.safeParse(request.query);
        const url = asked.success ? await consentUrl(services, asked.data.state) : null;
        return url ?? expiredPage();
      }),
    );
    app.get('/connect/callback', async (request, reply) =>
      answered(reply, request, async () => {
        const answer = answerSchema.safeParse(request.query);
        // GitLab says `error=access_denied` for who said no there; the state may then still serve another try.
        if (!answer.success)
          return z.object({ error: z.string() }).safeParse(request.query).success
            ? declinedPage()
            : expiredPage();
        return shown(options, await finishConnecting(services, answer.data, options.emailOf));
      }),
    );
    app.post('/connect/confirm', async (request, reply) =>
      answered(reply, request, async () => {
        const word = confirmSchema.safeParse(request.body);
        if (!word.success) return expiredPage();
        const { key, answer } = word.data;
        const result = await confirmConnecting(services, { key, accepts: answer === 'yes' });
        return result === null ? declinedPage() : shown(options, result);
      }),
    );
  };
}

function readForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MAX_FORM_BYTES },
    (_request, text, done) => done(null, Object.fromEntries(new URLSearchParams(String(text)))),
  );
}

async function shown(
  { services, nameOf, onConnected }: ConnectRoutesOptions,
  result: Connecting,
): Promise<Page> {
  const slackPerson = 'person' in result ? await nameOf(result.person) : '';
  if (result.outcome === 'connected') onConnected(result.person, result.account.username);
  return connectingPage(result, { gitlabHost: new URL(services.instanceUrl).host, slackPerson });
}

/** Sends a page, or sends on to an address; what cannot be answered just now is said so. */
async function answered(
  reply: FastifyReply,
  request: { log: { warn(data: object, message: string): void } },
  work: () => Promise<Page | string>,
): Promise<FastifyReply> {
  const page = await work().catch((error: unknown): Page => {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'unavailable.connect') return offPage();
    request.log.warn({ code: error.code, detail: error.data }, 'an account could not be connected');
    return unavailablePage();
  });
  void reply.headers(PAGE_HEADERS);
  if (typeof page === 'string') return reply.redirect(page, 302);
  return reply.code(page.status).send(page.html);
}
