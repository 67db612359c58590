import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { kindOf } from './schemas/envelope.ts';

/** Which route a delivery came in by: project and group hooks, or system hooks. */
export type HookSource = 'gitlab' | 'gitlab-system';

/** A delivery as it is stored: the key is unique within its source, the body is as received. */
export interface StoredDelivery {
  readonly source: HookSource;
  readonly key: string;
  readonly kind: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Only these are stored: the token, the signature and headers that an owner added may be secrets. */
const STORED_HEADERS = [
  'content-type',
  'idempotency-key',
  'user-agent',
  'webhook-id',
  'webhook-timestamp',
  'x-gitlab-event',
  'x-gitlab-event-uuid',
  'x-gitlab-instance',
  'x-gitlab-webhook-uuid',
] as const;

/** Longer keys are hashed: an index entry of PostgreSQL holds no more than a third of a page. */
const MAX_KEY_LENGTH = 255;

interface Arrival {
  readonly source: HookSource;
  readonly instanceUrl: string;
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  readonly json: unknown;
  /** Whether its signature vouches for `webhook-id`; it does for no other header. */
  readonly signed?: boolean;
}

/** What to store of an authentic request. */
export function storedDelivery({ source, headers, raw, json, ...arrival }: Arrival): StoredDelivery {
  return {
    source,
    key: deliveryKey({ headers, raw, ...arrival }),
    kind: kindOf(json),
    headers: storedHeaders(headers),
    body: raw,
  };
}

/**
 * `Idempotency-Key`, which stays the same when a delivery is sent again (GitLab 17.4 and later; signed deliveries
 * have it as `webhook-id` too, where nobody can change it on the way); else a hash of what would be the same.
 */
function deliveryKey({ instanceUrl, headers, raw, signed }: Omit<Arrival, 'source' | 'json'>): string {
  const named = signed ? [] : [headers['idempotency-key']];
  const given = String([...named, headers['webhook-id']].find((key) => key !== undefined) ?? '').trim();
  if (given !== '') return given.length <= MAX_KEY_LENGTH ? given : `sha256:${hash([given])}`;
  const instance = String(headers['x-gitlab-instance'] ?? instanceUrl);
  return `sha256:${hash([instance, '\n', String(headers['x-gitlab-event'] ?? ''), '\n', raw])}`;
}

function hash(parts: readonly (string | Buffer)[]): string {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest('hex');
}

function storedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = STORED_HEADERS.map((name) => [name, headers[name]] as const);
  return Object.fromEntries(
    kept.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
