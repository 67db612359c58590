/** Where a line of the log goes; pino's loggers fit. */
export interface DeliveryLog {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}
