const TIMEOUT_MS = 2500;
const SLACK_HOST = 'hooks.slack.com';

/** Slack did not take an answer at its response URL. `reason` never holds the URL. */
export class ResponseUrlError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = 'ResponseUrlError';
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

/** Posts once to a response URL; throws ResponseUrlError unless Slack took it. */
export async function postToResponseUrl(
  address: string,
  body: object,
  allowedOrigins: readonly string[],
): Promise<void> {
  if (!mayAnswerAt(address, allowedOrigins)) throw new ResponseUrlError('its host is not allowed');
  let response: Response;
  let said: string;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    said = (await response.text()).slice(0, 200);
  } catch (error) {
    throw new ResponseUrlError('no answer', error);
  }
  // Slack also refuses with 200 and {"ok":false}.
  if (!response.ok || /"ok"\s*:\s*false/.test(said)) {
    throw new ResponseUrlError(`refused with ${response.status} ${said.replace(/[^\w {}":.,-]/g, ' ')}`);
  }
}
