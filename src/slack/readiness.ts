import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from '@slack/web-api';

export interface Readiness {
  readonly ok: boolean;
  /** One line for a person; never a token. */
  readonly detail: string;
}

const GOOD_FOR_MS = 60_000;
const BAD_FOR_MS = 5000;

/**
 * Asks Slack whether the token works, or where each workspace has its own, whether Slack is there at all. A good
 * word is kept for a minute, a bad one for five seconds.
 */
export function createReadiness(
  client: WebClient,
  what: 'token' | 'reach' = 'token',
): () => Promise<Readiness> {
  let last: { until: number; answer: Promise<Readiness> } | null = null;
  return () => {
    if (last !== null && performance.now() < last.until) return last.answer;
    const asked = { until: Number.POSITIVE_INFINITY, answer: what === 'token' ? ask(client) : reach(client) };
    last = asked;
    void asked.answer.then(({ ok }) => {
      asked.until = performance.now() + (ok ? GOOD_FOR_MS : BAD_FOR_MS);
    });
    return asked.answer;
  };
}

async function reach(client: WebClient): Promise<Readiness> {
  try {
    await client.auth.test();
    return { ok: true, detail: 'Slack answers' };
  } catch (error) {
    // That it wants a token is an answer too.
    const answers = error instanceof WebAPIPlatformError || error instanceof WebAPIRateLimitedError;
    return answers ? { ok: true, detail: 'Slack answers' } : { ok: false, detail: 'Slack gives no answer' };
  }
}

async function ask(client: WebClient): Promise<Readiness> {
  try {
    const { team, user } = await client.auth.test();
    return { ok: true, detail: `connected to ${team ?? 'a workspace'} as @${user ?? 'a bot'}` };
  } catch (error) {
    if (error instanceof WebAPIPlatformError) {
      return { ok: false, detail: `Slack refused the bot token: ${error.data.error}` };
    }
    // Slack is there and knows us; asking too often says nothing against the token.
    if (error instanceof WebAPIRateLimitedError) return { ok: true, detail: 'Slack asks to be asked less' };
    return { ok: false, detail: 'Slack gives no answer' };
  }
}
