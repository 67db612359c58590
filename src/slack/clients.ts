import type { Logger } from '@slack/bolt';
import {
  type WebAPICallResult,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';

/** Somebody is waiting: what takes longer than this is no answer. */
const INTERACTIVE_TIMEOUT_MS = 2500;
/** Nobody waits for a notice, and giving up early leaves it unclear whether it was posted. */
const NOTICE_TIMEOUT_MS = 10_000;

/** One call of Slack's Web API, for metrics: `ok`, Slack's own word for a refusal, or `no answer`. */
export interface SlackCallReport {
  readonly method: string;
  readonly outcome: string;
  readonly ms: number;
}

export interface ClientSettings {
  /** Left out, every call but those that need none is refused. */
  readonly botToken: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly logger: Logger;
  /** Told of each call that Slack refuses, by its own word. Must not throw. */
  readonly onRefused?: (code: string) => void;
  /** Told of every call when it has ended. Must not throw. */
  readonly onCall?: ((call: SlackCallReport) => void) | undefined;
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
  const client = (timeoutMs?: number) =>
    new WatchedClient(settings.botToken, clientOptions(settings, timeoutMs), settings);
  return { interactive: client(), notices: client(NOTICE_TIMEOUT_MS) };
}

/** Every method of a client goes through its `apiCall`. */
class WatchedClient extends WebClient {
  readonly #watcher: Pick<ClientSettings, 'onRefused' | 'onCall'>;

  constructor(
    token: string | undefined,
    options: WebClientOptions,
    watcher: Pick<ClientSettings, 'onRefused' | 'onCall'>,
  ) {
    super(token, options);
    this.#watcher = watcher;
  }

  override async apiCall(...call: Parameters<WebClient['apiCall']>): Promise<WebAPICallResult> {
    const startedAt = performance.now();
    let outcome = 'no answer';
    try {
      const answer = await super.apiCall(...call);
      outcome = 'ok';
      return answer;
    } catch (error) {
      if (error instanceof WebAPIRateLimitedError) outcome = 'ratelimited';
      if (error instanceof WebAPIPlatformError) {
        outcome = error.data.error;
        this.#watcher.onRefused?.(outcome);
      }
      throw error;
    } finally {
      this.#watcher.onCall?.({ method: call[0], outcome, ms: performance.now() - startedAt });
    }
  }
}
