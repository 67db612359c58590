import type { Logger } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';

/** Somebody is waiting: what takes longer than this is no answer. */
const INTERACTIVE_TIMEOUT_MS = 2500;
/** Nobody waits for a notice, and giving up early leaves it unclear whether it was posted. */
const NOTICE_TIMEOUT_MS = 10_000;

export interface ClientSettings {
  /** Left out, every call but those that need none is refused. */
  readonly botToken: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly logger: Logger;
}

/**
 * Options for one client, made afresh for each: WebClient writes its token into a `headers` object it is given, so
 * none is ever passed. No retries: they post twice after a timeout. A 429 is thrown rather than waited for, since
 * the wait would hold up every other call of the client.
 */
export function clientOptions(
  settings: ClientSettings,
  timeoutMs = INTERACTIVE_TIMEOUT_MS,
): WebClientOptions {
  return {
    ...(settings.apiUrl !== undefined && { slackApiUrl: settings.apiUrl }),
    logger: settings.logger,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
  };
}

/** Separate clients, so that a burst of notices never queues in front of a person's answer. */
export interface SlackClients {
  readonly interactive: WebClient;
  readonly notices: WebClient;
}

export function createClients(settings: ClientSettings): SlackClients {
  return {
    interactive: new WebClient(settings.botToken, clientOptions(settings)),
    notices: new WebClient(settings.botToken, clientOptions(settings, NOTICE_TIMEOUT_MS)),
  };
}
