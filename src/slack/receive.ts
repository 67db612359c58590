import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import { HTTPModuleFunctions, verifySlackRequest } from '@slack/bolt';
import { loggable, type SlackLog } from './slack-log.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const MAX_SKEW_SEC = 300;
const FORM = 'application/x-www-form-urlencoded';

export interface ReceiveDeps {
  readonly path: string;
  readonly signingSecret: string;
  readonly clock: () => Date;
  readonly log: SlackLog;
  /** Takes a slash command and gives what is said at once; null for nothing. Must not throw. */
  readonly command: (body: object) => object | null;
  /**
   * Does what must be done before Slack is told that it arrived, and says whether it is; null for everything else. What
   * is not done gets 503, and Slack sends it again.
   */
  readonly durable: (body: object) => Promise<boolean> | null;
  /** Bolt's listener; gets everything else that it can read. */
  readonly next: RequestListener;
}

/**
 * Takes a raw request to its end: 404 off our path, 413 over 1 MiB, 401 without a signature of the last or next
 * five minutes, 400 for an authentic body that is not an object. Commands, which people wait for most, are taken at
 * once; everything else goes to Bolt, which runs every listener there is for it. Never rejects.
 */
export async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  deps: ReceiveDeps,
): Promise<void> {
  const closed = new Promise<void>((resolve) => finished(response, () => resolve()));
  try {
    await judge(request, response, deps);
  } catch (error) {
    deps.log.error({ err: loggable(error) }, 'slack: a request broke its reader');
    end(response, 500);
  }
  await closed;
}

async function judge(request: IncomingMessage, response: ServerResponse, deps: ReceiveDeps): Promise<void> {
  // Bolt's listener throws for any other path, and nothing would catch it.
  if (request.method !== 'POST' || request.url?.split('?')[0] !== deps.path) return end(response, 404);
  const body = await readBody(request);
  if (body === 'gone') return void response.destroy();
  if (body === 'too large') {
    response.setHeader('connection', 'close');
    return end(response, 413);
  }
  const text = body.toString();
  if (isCertificateCheck(request, text)) return end(response, 200);
  const refusal = signatureProblem(request, text, deps);
  if (refusal !== null) {
    deps.log.warn({ reason: refusal }, 'slack: request refused');
    return end(response, 401);
  }
  const buffered = Object.assign(request, { rawBody: body });
  const read = objectIn(buffered);
  if (read === null) return end(response, 400);
  if ('command' in read) return acknowledge(response, deps.command(read));
  const done = deps.durable(read);
  if (done !== null) return end(response, (await done) ? 200 : 503);
  deps.next(buffered, response);
}

/** The whole body; `too large` past the limit, `gone` when the sender went away. */
function readBody(request: IncomingMessage): Promise<Buffer | 'too large' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve('too large');
      }
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', () => resolve('gone'));
    request.once('close', () => resolve('gone'));
  });
}

/** Slack looks at the certificate with an unsigned `ssl_check=1`; it is answered and nothing more. */
function isCertificateCheck(request: IncomingMessage, text: string): boolean {
  const signed = request.headers['x-slack-signature'] !== undefined;
  return !signed && request.headers['content-type'] === FORM && /(^|&)ssl_check=1(&|$)/.test(text);
}

/** Why a request is not Slack's, or null when it is. */
function signatureProblem(request: IncomingMessage, body: string, deps: ReceiveDeps): string | null {
  const signature = request.headers['x-slack-signature'];
  const timestamp = request.headers['x-slack-request-timestamp'];
  if (typeof signature !== 'string' || typeof timestamp !== 'string') return 'unsigned';
  if (!/^\d{1,12}$/.test(timestamp)) return 'malformed timestamp';
  const now = deps.clock().getTime();
  if (Math.abs(now / 1000 - Number(timestamp)) > MAX_SKEW_SEC) return 'timestamp too far off';
  const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(timestamp) };
  try {
    verifySlackRequest({ signingSecret: deps.signingSecret, body, headers, nowMilliseconds: now });
    return null;
  } catch {
    return 'wrong signature';
  }
}

/** Null for what is none. Bolt reads bodies in a promise that nobody holds: such a one would end the process. */
function objectIn(request: IncomingMessage & { rawBody: Buffer }): object | null {
  try {
    const body: unknown = HTTPModuleFunctions.parseHTTPRequestBody(request);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : null;
  } catch {
    return null;
  }
}

function acknowledge(response: ServerResponse, said: object | null): void {
  if (said === null) end(response, 200);
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
}

function end(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status);
  response.end();
}
