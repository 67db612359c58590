import type { Logger } from 'pino';
import type { CatchUpDeps } from '../gitlab/catch-up.ts';
import type { GitLabClient } from '../gitlab/client/contract.ts';
import type { ReplyMessage } from '../gitlab/reply-message.ts';
import { createSweepSource, type SweepWork } from '../gitlab/sweep-source.ts';
import type { ServiceDeps } from '../services/deps.ts';
import type { Directory } from '../services/ports.ts';
import type { SweepReport } from '../services/sweep/report.ts';
import { sweep } from '../services/sweep/sweep.ts';
import { issueCatchUp } from './catch-up.ts';
import { enqueueReply } from './reply-row.ts';

/** What one sweep may ask of GitLab; its limits are 200 to 600 a minute for what is asked here. */
const MAX_REQUESTS = 2_000;

/** Runs a sweep now; null when another one is under way. */
export type RunSweep = (options?: SweepOptions) => Promise<SweepReport | null>;

export interface SweepOptions {
  /** Only this group and all below it. */
  readonly group?: string | undefined;
  readonly maxRequests?: number | undefined;
  /** Ends the sweep early; what was mended stays so. */
  readonly signal?: AbortSignal | null | undefined;
}

/** Sweeps with a client and the services; `onMended` is called when something was not as it was thought to be. */
export function createSweep(parts: {
  client: GitLabClient;
  services: ServiceDeps;
  botUser: CatchUpDeps['botUser'];
  missed: SweepWork['missed'];
  newProjects: SweepWork['newProjects'];
  onMended?: () => void;
}): RunSweep {
  const { services, botUser, missed, newProjects } = parts;
  const work: SweepWork = {
    missed,
    newProjects,
    catchUpWith: (place: { client: GitLabClient; directory: Directory }) =>
      issueCatchUp({ ...place, services, botUser }),
    answer: (message: ReplyMessage) => services.database.transaction((tx) => enqueueReply(tx, message)),
  };
  return async ({ group, maxRequests = MAX_REQUESTS, signal = null } = {}) => {
    const source = createSweepSource(parts.client, { ...work, maxRequests, signal });
    const report = await sweep(services, source, group === undefined ? {} : { group });
    if (report !== null && report.mended.length + report.deliveries > 0) parts.onMended?.();
    return report;
  };
}

/** What happened while the program was down was told to nobody; it is busy enough in its first moments. */
const FIRST_MS = 5 * 60_000;

/** Sweeps soon after the start and then every so often, 0 being never; the function it gives ends that, a sweep under way with it. */
export function startSweeper(run: RunSweep, everyMs: number, log: Logger): () => Promise<void> {
  if (everyMs === 0) return async () => {};
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const once = async (): Promise<void> => {
    try {
      const report = await run({ signal: stopping.signal });
      if (report !== null) log.info({ ...report, mended: report.mended.length }, 'swept GitLab');
    } catch (error) {
      log.warn({ err: error }, 'a sweep of GitLab failed; the next one goes on from there');
    }
  };
  const next = () => {
    running = running.then(once);
  };
  const timer = setInterval(next, everyMs);
  const first = everyMs > FIRST_MS ? setTimeout(next, FIRST_MS) : undefined;
  for (const each of [timer, first]) each?.unref();
  return async () => {
    clearTimeout(first);
    clearInterval(timer);
    stopping.abort();
    await running;
  };
}
