import type { Database } from '../db/client.ts';
import { type Backlog, backlog } from '../db/queries/backlog.ts';
import { AppError } from '../domain/errors.ts';

/** One thing that has to work, with a line for the person who looks why it does not. */
export interface Check {
  readonly ok: boolean;
  readonly detail: string;
}

export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: {
    readonly database: Check;
    readonly backlog: Check;
    readonly slack: Check;
    readonly gitlab: Check;
  };
}

export interface ReadinessParts {
  readonly database: Database;
  readonly slack: () => Promise<Check>;
  /** Asks GitLab who the bot is. */
  readonly botUser: () => Promise<{ username: string }>;
}

/** A backlog older than this means that handling has stopped, not that it is busy. */
const MAX_BACKLOG_AGE_SEC = 300;
const GITLAB_GOOD_FOR_MS = 30_000;
const PATIENCE_MS = 3_000;

/** Gives up on a check that hangs, so that a health check never does. */
async function within(check: Promise<Check>, what: string): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Check>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: `${what} gives no answer` }), PATIENCE_MS);
  });
  try {
    return await Promise.race([check, late]);
  } catch {
    return { ok: false, detail: `${what} gives no answer` };
  } finally {
    clearTimeout(timer);
  }
}

function backlogCheck(found: Backlog): Check {
  const { inboxPending, inboxOldestSec, outboxPending, outboxOldestSec, failed } = found;
  return {
    ok: Math.max(inboxOldestSec, outboxOldestSec) <= MAX_BACKLOG_AGE_SEC,
    detail:
      `${inboxPending} deliveries to handle (oldest ${inboxOldestSec} s), ` +
      `${outboxPending} messages to send (oldest ${outboxOldestSec} s), ${failed} failed for good`,
  };
}

/** Gives a function that asks everything this process depends on. Answers within seconds, whatever hangs. */
export function createReadiness(parts: ReadinessParts): () => Promise<ReadinessReport> {
  let gitlabGoodUntil = 0;
  const gitlab = async (): Promise<Check> => {
    if (performance.now() < gitlabGoodUntil) return { ok: true, detail: 'the token works' };
    try {
      const { username } = await parts.botUser();
      gitlabGoodUntil = performance.now() + GITLAB_GOOD_FOR_MS;
      return { ok: true, detail: `the token works, as ${username}` };
    } catch (error) {
      const detail = error instanceof AppError && 'detail' in error.data ? error.data.detail : null;
      return { ok: false, detail: typeof detail === 'string' ? detail : 'GitLab gives no answer' };
    }
  };
  return async () => {
    const asked = backlog(parts.database);
    const [database, waiting, slack, gitlabCheck] = await Promise.all([
      within(
        asked.then(() => ({ ok: true, detail: 'answers' })),
        'the database',
      ),
      within(asked.then(backlogCheck), 'the database'),
      within(parts.slack(), 'Slack'),
      within(gitlab(), 'GitLab'),
    ]);
    const checks = { database, backlog: waiting, slack, gitlab: gitlabCheck };
    return { ready: Object.values(checks).every((check) => check.ok), checks };
  };
}
