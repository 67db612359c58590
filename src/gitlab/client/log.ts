/** Where a line of the log goes; pino's loggers fit. Never given secrets or message bodies. */
export interface GitLabLog {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}
