const TIMEOUT_MS = 2500;
const PATIENT_MS = 10_000;
const SLACK_HOST = 'hooks.slack.com';

/** How a response URL was not reached: `status` is null where no answer came, 0 where nothing was asked. */
interface Failure {
  readonly status: number | null;
  readonly retryAfterSec?: number;
  readonly cause?: unknown;
}

/** Slack did not take an answer at its response URL. `reason` never holds the URL. */
export class ResponseUrlError extends Error {
  readonly status: number | null;
  readonly retryAfterSec: number;

  constructor(reason: string, { status, retryAfterSec = 0, cause }: Failure) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = 'ResponseUrlError';
    this.status = status;
    this.retryAfterSec = retryAfterSec;
  }
}

/**
 * True for Slack's own host over https, or an origin that was configured: the URL comes with the request, and
 * answers hold customers' data.
 */
export function mayAnswerAt(address: string, allowedOrigins: readonly string[]): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  return (url.protocol === 'https:' && url.host === SLACK_HOST) || allowedOrigins.includes(url.origin);
}

/** What a `Retry-After` asks for; 0 where it names no number of seconds. */
export function secondsToWait(header: string | null | undefined): number {
  return Math.max(0, Number.parseInt(header ?? '', 10) || 0);
}

/** Posts once to a response URL; throws ResponseUrlError unless Slack took it. `patient` waits longer for its answer. */
export async function postToResponseUrl(
  address: string,
  body: object,
  { allowedOrigins, patient = false }: { allowedOrigins: readonly string[]; patient?: boolean },
): Promise<void> {
  if (!mayAnswerAt(address, allowedOrigins)) {
    throw new ResponseUrlError('its host is not allowed', { status: 0 });
  }
  let response: Response;
  let said: string;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(patient ? PATIENT_MS : TIMEOUT_MS),
    });
    said = (await response.text()).slice(0, 200);
  } catch (error) {
    throw new ResponseUrlError('no answer', { status: null, cause: error });
  }
  // Slack also refuses with 200 and {"ok":false}.
  if (!response.ok || /"ok"\s*:\s*false/.test(said)) {
    const { status, headers } = response;
    const reason = `refused with ${status} ${said.replace(/[^\w {}":.,-]/g, ' ')}`;
    const retryAfterSec = secondsToWait(headers.get('retry-after'));
    throw new ResponseUrlError(reason, { status, retryAfterSec });
  }
}
