import { z } from 'zod';

/** What a view carries for us in `private_metadata`. It comes back signed, but is never taken for a right. */
export interface ViewMemory {
  /** Makes sending the view's form twice one act. */
  readonly key: string;
  /** The channel that it was opened from; null for none. */
  readonly channelId: string | null;
  /** Full path of the group that it works in. */
  readonly group: string | null;
  readonly data: Readonly<Record<string, string>>;
}

const MAX_METADATA = 3000;

const schema = z.object({
  k: z.string().max(100),
  c: z.string().nullable(),
  g: z.string().nullable(),
  d: z.record(z.string(), z.string()),
});

/** Throws when it would not fit: a form's data are ids. */
export function writeMemory({ key, channelId, group, data }: ViewMemory): string {
  const written = JSON.stringify({ k: key, c: channelId, g: group, d: data });
  if (written.length > MAX_METADATA) throw new Error('a view has more to remember than Slack keeps');
  return written;
}

/** Null for what we did not write. */
export function readMemory(text: string | undefined): ViewMemory | null {
  try {
    const read = schema.safeParse(JSON.parse(text ?? ''));
    if (!read.success) return null;
    const { k, c, g, d } = read.data;
    return { key: k, channelId: c, group: g, data: d };
  } catch {
    return null;
  }
}
