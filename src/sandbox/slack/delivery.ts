import { createHmac } from 'node:crypto';
import type { Json } from './block-kit/checks.ts';
import type { Workspace } from './workspace.ts';

/** Ways to spoil a request's signature, to see that it is refused. */
export interface SigningOptions {
  signature?: 'valid' | 'bad' | 'missing';
  /** Added to the timestamp: negative is stale, positive lies in the future. The signature fits it. */
  timestampSkewSec?: number;
}

/** A request as it went over the wire; sending it again is a replay. */
export interface SignedRequest {
  headers: Record<string, string>;
  body: string;
}

/** How the app answered. `error` is Slack's word when it did not, or not in time. */
export interface Outcome {
  status: number | null;
  ackMs: number;
  /** Parsed when it is JSON, else the text; '' when empty. */
  body: unknown;
  headers: Record<string, string>;
  error: 'operation_timeout' | 'dispatch_failed' | null;
}

/** One request to the app: what it is called in the log, and its body. */
export interface Outgoing {
  kind: string;
  user: string | null;
  payload: Json;
  body: string;
  contentType: string;
  extraHeaders?: Record<string, string>;
  signing?: SigningOptions;
}

const ACK_TIMEOUT_MS = 3000;

/** Slack's v0 signature of a body sent at a time (seconds). */
function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

/** Sends requests to the app, signed as Slack signs them, and waits three seconds for the answer. */
export class Delivery {
  readonly #workspace: Workspace;
  readonly #closing = new AbortController();
  #last: SignedRequest | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** The last request that was sent. */
  get last(): SignedRequest | undefined {
    return this.#last;
  }

  async send(outgoing: Outgoing): Promise<Outcome> {
    const signed = this.#sign(outgoing);
    this.#last = signed;
    const outcome = await this.replay(signed);
    const { status, ackMs, body, error } = outcome;
    const { kind, user, payload } = outgoing;
    this.#workspace.logInteraction({ kind, user, payload, status, ackMs, body, error });
    return outcome;
  }

  /** Sends the very same bytes under the very same signature. */
  async replay(request: SignedRequest): Promise<Outcome> {
    const done = this.#workspace.begin();
    const started = performance.now();
    const elapsed = (): number => Math.round(performance.now() - started);
    try {
      const response = await this.#fetch(request);
      const body = await bodyOf(response);
      const error = response.ok ? null : 'dispatch_failed';
      const headers = Object.fromEntries(response.headers);
      return { status: response.status, ackMs: elapsed(), body, headers, error };
    } catch (cause) {
      const late = cause instanceof Error && cause.name === 'TimeoutError';
      const error = late ? 'operation_timeout' : 'dispatch_failed';
      return { status: null, ackMs: elapsed(), body: '', headers: {}, error };
    } finally {
      done();
    }
  }

  close(): void {
    this.#closing.abort();
  }

  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  #fetch(request: SignedRequest): Promise<Response> {
    const { requestUrl, ackTimeoutMs = ACK_TIMEOUT_MS } = this.#workspace.options;
    return fetch(typeof requestUrl === 'string' ? requestUrl : requestUrl(), {
      method: 'POST',
      headers: request.headers,
      body: request.body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(ackTimeoutMs), this.#closing.signal]),
    });
  }

  #sign({ body, contentType, extraHeaders = {}, signing = {} }: Outgoing): SignedRequest {
    const { signature = 'valid', timestampSkewSec = 0 } = signing;
    const timestamp = String(Math.floor(this.#workspace.now() / 1000) + timestampSkewSec);
    const secret =
      signature === 'valid' ? this.#workspace.options.signingSecret : 'not-the-secret-of-this-app';
    const headers: Record<string, string> = {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      ...extraHeaders,
    };
    if (signature !== 'missing') headers['x-slack-signature'] = signatureOf(secret, timestamp, body);
    return { headers, body };
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!(response.headers.get('content-type') ?? '').includes('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
