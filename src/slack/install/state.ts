import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What ties the way back from Slack to the browser that went there: `state` in the address, `nonce` in a cookie. */
export interface InstallState {
  readonly state: string;
  readonly nonce: string;
}

/** How long somebody may take to say yes on Slack. */
export const INSTALL_MINUTES = 10;

const sign = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(`tieline install ${text}`).digest('base64url');

/** Draws a state that is good for ten minutes. */
export function drawState(secret: string, now: Date): InstallState {
  const nonce = randomBytes(24).toString('base64url');
  const until = now.getTime() + INSTALL_MINUTES * 60_000;
  return { state: `${until}.${sign(secret, `${until}.${nonce}`)}`, nonce };
}

/** Whether a state was drawn here for the browser that has this nonce, and is still good. */
export function isStateOf(secret: string, { state, nonce }: InstallState, now: Date): boolean {
  const [until = '', signature = ''] = state.split('.');
  if (!/^\d{1,15}$/.test(until) || Number(until) <= now.getTime()) return false;
  const wanted = Buffer.from(sign(secret, `${until}.${nonce}`));
  const given = Buffer.from(signature);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
