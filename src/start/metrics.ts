import type { FastifyPluginAsync } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../db/client.ts';
import { backlog } from '../db/queries/backlog.ts';
import type { AnswerFrom } from '../gitlab/brief-cache.ts';
import type { CallReport } from '../gitlab/client/transport.ts';
import type { CachedKind } from '../gitlab/directory.ts';
import type { SlackCallReport } from '../slack/clients.ts';

/** What is counted, and `GET /metrics` to read it. Labels are routes and kinds: never names or ids. */
export interface Metrics {
  readonly routes: FastifyPluginAsync;
  readonly gitlabCall: (call: CallReport) => void;
  readonly slackCall: (call: SlackCallReport) => void;
  /** What the directory was asked, and where its answer came from. */
  readonly directoryAnswer: (of: CachedKind, from: AnswerFrom) => void;
  /** A delivery that is on disk. */
  readonly received: () => void;
  /** The same work with its duration and outcome counted. */
  timed<Args extends unknown[], Result>(
    what: { readonly work: 'handle' | 'send'; readonly kind: string },
    run: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result>;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** One registry of its own, so that several programs can run in one process. */
export function createMetrics(database: Database): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'tieline_' });
  const received = new Counter({
    name: 'tieline_deliveries_received_total',
    help: 'Webhooks taken and kept, repeated ones counted again',
    registers,
  });
  const calls = new Histogram({
    name: 'tieline_gitlab_call_seconds',
    help: "Calls to GitLab's API by method, route and status; 0 is no answer",
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const slackCalls = new Histogram({
    name: 'tieline_slack_call_seconds',
    help: "Calls to Slack's Web API by method and outcome: ok, Slack's word for a refusal, or no answer",
    labelNames: ['method', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const answers = new Counter({
    name: 'tieline_directory_answers_total',
    help: 'Answers about people, roles and places: kept from before, shared with a question under way, or asked',
    labelNames: ['of', 'from'],
    registers,
  });
  const work = new Histogram({
    name: 'tieline_work_seconds',
    help: 'Deliveries handled and messages sent, one observation a try',
    labelNames: ['work', 'kind', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  const refreshBacklog = backlogGauges(database, registers);
  return {
    routes: async (app) => {
      app.get('/metrics', async (_request, reply) => {
        await refreshBacklog();
        return reply.type(registry.contentType).send(await registry.metrics());
      });
    },
    gitlabCall: ({ method, route, status, ms }) => calls.observe({ method, route, status }, ms / 1_000),
    slackCall: ({ method, outcome, ms }) => slackCalls.observe({ method, outcome }, ms / 1_000),
    directoryAnswer: (of, from) => answers.inc({ of, from }),
    received: () => received.inc(),
    timed:
      (labels, run) =>
      async (...args) => {
        const end = work.startTimer(labels);
        try {
          const result = await run(...args);
          end({ outcome: 'done' });
          return result;
        } catch (error) {
          end({ outcome: 'failed' });
          throw error;
        }
      },
  };
}

/** Asked of the database at each reading, since several processes share it. Left out while it does not answer. */
function backlogGauges(database: Database, registers: Registry[]): () => Promise<void> {
  const labelNames = ['direction'] as const;
  const pending = new Gauge({
    name: 'tieline_pending',
    help: 'Deliveries to handle (in) and messages to send (out)',
    labelNames,
    registers,
  });
  const oldest = new Gauge({
    name: 'tieline_oldest_seconds',
    help: 'How long the oldest of those has waited',
    labelNames,
    registers,
  });
  const failed = new Gauge({
    name: 'tieline_failed',
    help: 'Deliveries and messages that failed for good',
    registers,
  });
  return async () => {
    const now = await backlog(database).catch(() => null);
    pending.reset();
    oldest.reset();
    failed.remove();
    if (now === null) return;
    pending.set({ direction: 'in' }, now.inboxPending);
    pending.set({ direction: 'out' }, now.outboxPending);
    oldest.set({ direction: 'in' }, now.inboxOldestSec);
    oldest.set({ direction: 'out' }, now.outboxOldestSec);
    failed.set(now.failed);
  };
}
