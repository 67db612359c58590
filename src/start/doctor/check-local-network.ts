import { BlockList, isIP } from 'node:net';
import type { PlatformConfig } from '../../config.ts';
import type { ApiOutboundRules } from '../../gitlab/client/setup-client.ts';
import { setupClient } from '../gitlab-setup.ts';
import { type Finding, failure, good, warning } from './finding.ts';

const WHERE = 'in Admin, Settings, Network, Outbound requests';

/**
 * Whether GitLab sends webhooks to this address: as its own settings say where an administrator's token is set, else
 * as the address looks. Nothing is said of an address that no setting stands in the way of.
 */
export async function checkLocalNetwork(
  publicUrl: URL,
  gitlab: PlatformConfig['gitlab'],
): Promise<Finding[]> {
  const rules = gitlab.adminToken === null ? null : await rulesOf(gitlab);
  return rules === null ? guess(publicUrl, new URL(gitlab.url)) : judge(publicUrl, rules, gitlab);
}

/** Null when they cannot be asked for; what is wrong with the token is another finding. */
async function rulesOf(gitlab: PlatformConfig['gitlab']): Promise<ApiOutboundRules | null> {
  try {
    return await setupClient({ gitlab }).outboundRules();
  } catch {
    return null;
  }
}

/** GitLab's own web address is let through by most versions, so that is not warned of. */
function guess({ hostname }: URL, gitlab: URL): Finding[] {
  if (!isLocal(hostname) || hostname === gitlab.hostname) return [];
  return [
    warning(
      'address',
      `PUBLIC_URL (${hostname}) looks like a local network's, which GitLab sends nothing to unless it is allowed; this is a guess from the address`,
      `an administrator of GitLab sees to it ${WHERE}: webhooks, and system hooks; with GITLAB_ADMIN_TOKEN set, tieline doctor asks GitLab itself`,
    ),
  ];
}

/** What GitLab's settings come to for an address. */
function judge(url: URL, rules: ApiOutboundRules, gitlab: PlatformConfig['gitlab']): Finding[] {
  const { hostname } = url;
  // What is behind GitLab's own web address is let through whatever the settings say.
  if (url.host === new URL(gitlab.url).host) return [];
  const sendsSystemHooks = gitlab.systemHookSecret !== null;
  const isListed = rules.allowed.some((entry) => covers(entry, url));
  if (rules.deniesOthers && !isListed) {
    return [
      failure(
        'address',
        `GitLab sends nothing to ${hostname}: it blocks all requests but to the addresses it lists`,
        `an administrator of GitLab lists ${hostname} ${WHERE}`,
      ),
    ];
  }
  if (!isLocal(hostname)) return [];
  const blocked = (what: string) =>
    failure(
      'address',
      `GitLab sends no ${what} to ${hostname}: it is in the local network, which is not allowed`,
      `an administrator of GitLab allows requests to the local network from ${what}, or lists ${hostname}, ${WHERE}`,
    );
  const findings: Finding[] = [];
  if (!isListed && !rules.webhooksMayBeLocal) findings.push(blocked('webhooks'));
  if (!isListed && !rules.systemHooksMayBeLocal && sendsSystemHooks) findings.push(blocked('system hooks'));
  if (findings.length > 0) return findings;
  return [good('address', `GitLab allows webhooks to ${hostname}, which is in the local network`)];
}

/**
 * Whether an entry of GitLab's list is of the address: a name, an address or a range (`10.0.0.0/8`), with a port or
 * for all of them (docs.gitlab.com/security/webhooks).
 */
function covers(entry: string, url: URL): boolean {
  const host = bare(url.hostname).toLowerCase();
  const whole = entry.trim().toLowerCase();
  if (fits(bare(whole), host)) return true;
  const [, listed = '', listedPort] = /^(.+):(\d+)$/.exec(whole) ?? [];
  return listedPort === (url.port || (url.protocol === 'https:' ? '443' : '80')) && fits(bare(listed), host);
}

const fits = (listed: string, host: string): boolean => listed === host || isInRange(host, listed);

const bare = (host: string): string => host.replace(/^\[|\]$/g, '');

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

function isInRange(address: string, range: string): boolean {
  const [net = '', bits = ''] = range.split('/');
  if (isIP(address) === 0 || isIP(net) === 0 || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (isIP(net) === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  list.addSubnet(net, Number(bits), familyOf(net));
  return list.check(address, familyOf(address));
}

function isLocal(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const address = bare(host);
  if (isIP(address) === 4) return /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./.test(address);
  return isIP(address) === 6 && /^(?:::1$|f[cd]|fe[89ab])/i.test(address);
}
