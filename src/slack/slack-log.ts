import { type Logger, LogLevel } from '@slack/bolt';

/** Where a line of the log goes; pino's loggers fit. */
export interface SlackLog {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\bx(?:ox[a-z]?|app)[a-z.]*-[\w-]+/gi, '[token]'],
  [
    /https?:\/\/[^\s"'<>]*(?:hooks\.slack|\/response\/|\/commands\/|\/actions\/)[^\s"'<>]*/gi,
    '[response URL]',
  ],
  [/\bBearer\s+\S+/gi, 'Bearer [token]'],
];

/** Text with tokens and response URLs taken out: either of them lets whoever reads the log speak as the bot. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((kept, [pattern, instead]) => kept.replace(pattern, instead), text);
}

/**
 * What may be logged of an error: its name, message, stack and causes, without secrets. The SDK hangs whole
 * requests and responses on its errors; those stay out.
 */
export function loggable(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutSecrets(String(error)) };
  return {
    type: error.name,
    message: withoutSecrets(error.message),
    stack: withoutSecrets(error.stack ?? ''),
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(error.cause !== undefined && depth < 3 && { cause: loggable(error.cause, depth + 1) }),
  };
}

/**
 * The logger for Bolt and its clients. Their debug lines hold whole request bodies, so they are dropped, and
 * `setLevel` does nothing: Bolt would otherwise set the program's level to its own.
 */
export function boltLogger(log: SlackLog): Logger {
  const say =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) => {
      const error = parts.find((part) => part instanceof Error);
      const text = parts.filter((part) => typeof part === 'string' || typeof part === 'number').join(' ');
      log[level](error ? { err: loggable(error) } : {}, `slack: ${withoutSecrets(text) || 'an error'}`);
    };
  return {
    debug: () => undefined,
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
