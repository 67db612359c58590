import { isIP } from 'node:net';
import { type Finding, failure, good, warning } from './finding.ts';

const PATIENCE_MS = 4_000;

/** The address others reach Tieline at. */
export async function checkAddress(publicUrl: string | null, gitlabUrl: string): Promise<Finding[]> {
  if (publicUrl === null) {
    const todo =
      'set it to the address GitLab and Slack reach this server at, such as https://tieline.example.com';
    return [failure('address', 'PUBLIC_URL is not set, so webhooks cannot be looked for', todo)];
  }
  return [
    await answers(publicUrl),
    ...localNetwork(new URL(publicUrl).hostname, new URL(gitlabUrl).hostname),
  ];
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

/** GitLab sends nothing into local networks unless an administrator allows it; on the same machine it is no different. */
function localNetwork(host: string, gitlabHost: string): Finding[] {
  if (!isLocal(host) || host === gitlabHost) return [];
  return [
    warning(
      'address',
      `PUBLIC_URL (${host}) is in a local network, which GitLab sends nothing to unless it is allowed`,
      'an administrator of GitLab allows it in Admin, Settings, Network, Outbound requests: webhooks, and system hooks',
    ),
  ];
}

function isLocal(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 4) return /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./.test(bare);
  return isIP(bare) === 6 && /^(?:::1$|f[cd]|fe[89ab])/i.test(bare);
}
