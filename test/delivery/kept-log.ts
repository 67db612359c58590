import type { DeliveryLog } from '../../src/delivery/log.ts';

/** A log that keeps its lines, to be looked at or not. */
export function keptLog(): DeliveryLog & {
  readonly lines: { data: object; message: string }[];
} {
  const lines: { data: object; message: string }[] = [];
  const keep = (data: object, message: string) => void lines.push({ data, message });
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}
