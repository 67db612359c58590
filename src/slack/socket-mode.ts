import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { type BoltSettings, listenWith } from './bolt-app.ts';
import type { Readiness } from './readiness.ts';
import { loggable, type SlackLog } from './slack-log.ts';

export interface SocketSettings extends Omit<BoltSettings, 'path' | 'signingSecret'> {
  readonly appToken: string;
  readonly log: SlackLog;
  /** Pause before the first try after a failed one; doubled up to half a minute. 500 when left out. */
  readonly firstPauseMs?: number;
}

/** Slack's requests by a connection that is opened from here (docs.slack.dev/apis/events-api/using-socket-mode). */
export interface Socket {
  /** Connects, and again whenever the connection is lost, until `close`. Returns at once. */
  open(): void;
  /** Takes nothing more. */
  close(): Promise<void>;
  readiness(): Readiness;
}

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
/** Slack says hello within a second; one that never does would be waited for without an end. */
const HELLO_WITHIN_MS = 20_000;
const CLOSES_WITHIN_MS = 2_000;

/**
 * Bolt's receiver does the talking. Its own reconnecting ends the process when Slack cannot be asked for a new
 * address (the rejection is nobody's), so connecting again is done here.
 */
export function createSocket(settings: SocketSettings): Socket {
  const { appToken, log, logger, clientOptions, firstPauseMs = FIRST_PAUSE_MS } = settings;
  const receiver = new SocketModeReceiver({
    appToken,
    logger,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions },
    processEventErrorHandler: async ({ error }) => {
      log.error({ err: loggable(error) }, 'slack: a request could not be read');
      return true;
    },
  });
  const app = new App({
    receiver,
    logger,
    logLevel: LogLevel.INFO,
    convoStore: false,
    tokenVerificationEnabled: false,
    clientOptions,
    authorize: async () => ({}),
  });
  listenWith(app, settings);
  const line = createLine(receiver.client, { log, firstPauseMs });
  return {
    open: line.open,
    close: line.close,
    readiness: () =>
      line.isUp()
        ? { ok: true, detail: 'connected by Socket Mode' }
        : { ok: false, detail: 'the connection of Socket Mode is down' },
  };
}

type Client = SocketModeReceiver['client'];

/** One connection after the other. */
function createLine(client: Client, { log, firstPauseMs }: { log: SlackLog; firstPauseMs: number }) {
  let wanted = false;
  let up = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  const again = () => {
    if (!wanted || timer !== undefined) return;
    const pause = failures === 0 ? 0 : Math.min(firstPauseMs * 2 ** (failures - 1), MAX_PAUSE_MS);
    timer = setTimeout(
      () => {
        timer = undefined;
        void connect();
      },
      pause * (0.75 + Math.random() / 4),
    );
  };
  const connect = async () => {
    if (!wanted) return;
    const impatience = setTimeout(() => void client.disconnect().catch(() => {}), HELLO_WITHIN_MS);
    try {
      await client.start();
    } catch (error) {
      failures += 1;
      log.warn({ err: loggable(error), failures }, 'slack: Socket Mode does not connect');
      again();
    } finally {
      clearTimeout(impatience);
    }
  };
  client.on('connected', () => {
    up = true;
    failures = 0;
    log.info({}, 'slack: connected by Socket Mode');
  });
  client.on('disconnected', () => {
    const wasUp = up;
    up = false;
    // A connection that never came up is told by `start`.
    if (wasUp) again();
  });
  return {
    isUp: () => up,
    open: () => {
      wanted = true;
      void connect();
    },
    close: async () => {
      wanted = false;
      clearTimeout(timer);
      timer = undefined;
      await Promise.race([
        client.disconnect().catch(() => {}),
        new Promise<void>((resolve) => setTimeout(resolve, CLOSES_WITHIN_MS).unref()),
      ]);
      up = false;
    },
  };
}
