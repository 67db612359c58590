import { createHmac, randomUUID } from 'node:crypto';
import type { HookRow } from './state.ts';

/** What `User-Agent`, `/version` and `/metadata` say. */
export const GITLAB_VERSION = '18.5.0';

/** What the headers of one attempt are made from. */
export interface Envelope {
  trigger: string;
  idempotencyKey: string;
  chain: string;
  instance: string;
  body: string;
  signingToken: string | null;
  sentAt: Date;
}

/** `confidential_note_hooks` becomes `Confidential Note Hook`; whatever a system hook carries is a `System Hook`. */
function eventHeader(hook: HookRow, trigger: string): string {
  if (hook.kind === 'system') return 'System Hook';
  return trigger
    .replace(/_hooks$/, '_hook')
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

/**
 * Standard Webhooks headers (github.com/standard-webhooks/standard-webhooks, 2024): HMAC-SHA256 over
 * `id.timestamp.body` with the decoded key of a `whsec_` token.
 */
function signatureHeaders(
  token: string,
  message: { id: string; sentAt: Date; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(message.sentAt.getTime() / 1000));
  const key = Buffer.from(token.replace(/^whsec_/, ''), 'base64');
  const signed = `${message.id}.${timestamp}.${message.body}`;
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/** Every header of one delivery attempt. `X-Gitlab-Webhook-UUID` is fresh each time; the idempotency key is not. */
export function deliveryHeaders(hook: HookRow, envelope: Envelope): Record<string, string> {
  const { idempotencyKey, sentAt, body } = envelope;
  return {
    'Content-Type': 'application/json',
    'User-Agent': `GitLab/${GITLAB_VERSION}-ee`,
    'Idempotency-Key': idempotencyKey,
    'X-Gitlab-Event': eventHeader(hook, envelope.trigger),
    'X-Gitlab-Webhook-UUID': randomUUID(),
    'X-Gitlab-Instance': envelope.instance,
    'X-Gitlab-Event-UUID': envelope.chain,
    ...(hook.token === null ? {} : { 'X-Gitlab-Token': hook.token.replace(/[\r\n]/g, '') }),
    ...(envelope.signingToken === null
      ? {}
      : signatureHeaders(envelope.signingToken, { id: idempotencyKey, sentAt, body })),
  };
}
