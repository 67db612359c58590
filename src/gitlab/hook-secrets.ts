import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** What one route accepts. Without a token and without signing tokens it accepts nothing. */
export interface HookSecrets {
  readonly token: string | null;
  /** Standard Webhooks secrets (`whsec_…`), several while one is being replaced. */
  readonly signers: readonly Webhook[];
}

/** Reads a route's settings; empty strings count as not set. Throws for a signing token that is not one. */
export function hookSecrets(
  token: string | undefined,
  signingTokens: readonly string[] | undefined,
): HookSecrets {
  // GitLab strips line breaks from the token before it sends it.
  const stripped = token?.replaceAll(/[\r\n]/g, '') ?? '';
  const signers = (signingTokens ?? []).filter((text) => text !== '').map((text) => new Webhook(text));
  return { token: stripped === '' ? null : stripped, signers };
}

/** True when the route has anything to check a request with. */
export function isConfigured(secrets: HookSecrets): boolean {
  return secrets.token !== null || secrets.signers.length > 0;
}

/** True when the request must be judged by its signature alone, whatever token it brings. */
export function mustVerifySignature(secrets: HookSecrets, headers: IncomingHttpHeaders): boolean {
  return secrets.signers.length > 0 && headers['webhook-signature'] !== undefined;
}

/** Compares the whole of both in constant time; false when no token is configured. */
export function tokenFits(secrets: HookSecrets, headers: IncomingHttpHeaders): boolean {
  const given = headers['x-gitlab-token'];
  if (secrets.token === null || typeof given !== 'string') return false;
  // Node reads header bytes as latin1, so this gives back the bytes that were sent.
  return timingSafeEqual(digest(Buffer.from(given, 'latin1')), digest(Buffer.from(secrets.token, 'utf8')));
}

/** Seconds as a number is written, without anything that could be read in two ways. */
const TIMESTAMP = /^[1-9]\d{0,11}$/;
/** Signatures of any version, parted by single spaces. */
const SIGNATURES = /^v\d[a-z]?,[A-Za-z0-9+/]+={0,2}(?: v\d[a-z]?,[A-Za-z0-9+/]+={0,2})*$/;

/**
 * Standard Webhooks: right for one of the signing tokens, and within five minutes of now either way. The library
 * reads headers leniently (`17e8`, `1700000000 or so`), so what is not written as the standard says is refused first.
 */
export function signatureFits(secrets: HookSecrets, headers: IncomingHttpHeaders, body: string): boolean {
  const signed = {
    'webhook-id': String(headers['webhook-id'] ?? ''),
    'webhook-timestamp': String(headers['webhook-timestamp'] ?? ''),
    'webhook-signature': String(headers['webhook-signature'] ?? ''),
  };
  if (!TIMESTAMP.test(signed['webhook-timestamp']) || !SIGNATURES.test(signed['webhook-signature']))
    return false;
  return secrets.signers.some((signer) => {
    try {
      signer.verify(body, signed, { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  });
}

const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
