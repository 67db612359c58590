import { z } from 'zod';

const FORMAT = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?) ?(Z|UTC|[+-]\d{2}:?\d{2})$/;

/**
 * A time as GitLab's hooks write it, by version: `2015-05-17 17:06:40 UTC`, `2026-05-28T06:14:44.830Z`,
 * `2024-10-07T10:43:48Z`, or with an offset.
 */
export const hookInstantSchema = z.string().transform((text, context) => {
  const [, day, time, zone] = FORMAT.exec(text) ?? [];
  const date = new Date(`${day}T${time}${zone === 'UTC' ? 'Z' : zone}`);
  if (!Number.isNaN(date.getTime())) return date;
  context.addIssue({ code: 'custom', message: 'not a time that GitLab writes' });
  return z.NEVER;
});
