import type { PlatformConfig } from '../../config.ts';
import { checkLocalNetwork } from './check-local-network.ts';
import { type Finding, failure, good, warning } from './finding.ts';

const PATIENCE_MS = 4_000;

/** The address others reach Tieline at. */
export async function checkAddress(
  publicUrl: string | null,
  gitlab: PlatformConfig['gitlab'],
): Promise<Finding[]> {
  if (publicUrl === null) {
    const todo =
      'set it to the address GitLab and Slack reach this server at, such as https://tieline.example.com';
    return [failure('address', 'PUBLIC_URL is not set, so webhooks cannot be looked for', todo)];
  }
  return [await answers(publicUrl), ...(await checkLocalNetwork(new URL(publicUrl), gitlab))];
}

async function answers(publicUrl: string): Promise<Finding> {
  try {
    const response = await fetch(`${publicUrl}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const body = (await response.json()) as { status?: unknown };
    if (response.ok && body.status === 'ok') return good('address', `Tieline answers at ${publicUrl}`);
  } catch {
    // Told below: a web page, a refused connection and silence mean the same here.
  }
  return warning(
    'address',
    `Tieline does not answer at ${publicUrl}, as seen from this machine`,
    'start it with tieline serve, and see that the proxy before it leads to PORT',
  );
}
