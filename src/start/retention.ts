import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { dropBodies } from '../db/queries/inbox.ts';

const EVERY_MS = 60 * 60_000;
/** Bodies may have megabytes: one statement must not hold thousands of them locked. */
const BATCH = 500;

/** Forgets the bodies of webhooks that were handled longer ago than `keepMs`; gives how many. */
export async function forgetBodies(database: Database, keepMs: number, now: Date): Promise<number> {
  const handledBefore = new Date(now.getTime() - keepMs);
  let forgotten = 0;
  for (;;) {
    const count = await dropBodies(database.prisma, { handledBefore, limit: BATCH });
    forgotten += count;
    if (count < BATCH) return forgotten;
  }
}

/** Does so now and every hour; the function it gives ends that. Without a time nothing is ever forgotten. */
export function startRetention(
  database: Database,
  { keepMs, log }: { keepMs: number | undefined; log: Logger },
): () => Promise<void> {
  if (keepMs === undefined) return async () => {};
  const once = async (): Promise<void> => {
    try {
      const bodies = await forgetBodies(database, keepMs, new Date());
      if (bodies > 0) log.info({ bodies }, 'forgot bodies of webhooks handled long ago');
    } catch (error) {
      log.warn({ err: error }, 'bodies of webhooks could not be forgotten; the next hour tries again');
    }
  };
  let running = once();
  const timer = setInterval(() => {
    running = running.then(once);
  }, EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
