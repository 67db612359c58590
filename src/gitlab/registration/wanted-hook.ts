import type { ApiHook, HookFields, HookPlace } from '../client/setup-client.ts';

/** Which flags a hook of each kind must have on. System hooks tell of projects, groups and people by themselves. */
const WANTED = {
  project: [
    'note_events',
    'confidential_note_events',
    'issues_events',
    'confidential_issues_events',
    'emoji_events',
  ],
  group: [
    'note_events',
    'confidential_note_events',
    'issues_events',
    'confidential_issues_events',
    'emoji_events',
    'member_events',
    'subgroup_events',
    'project_events',
  ],
  system: [],
} as const satisfies Record<HookPlace['kind'], readonly string[]>;

/** What GitLab turns on unless it is told not to, and Tieline has no use for. */
const UNWANTED = ['push_events', 'tag_push_events', 'merge_requests_events', 'repository_update_events'];

export interface HookSecrets {
  /** Empty where signatures alone count. */
  readonly token: string;
  /** A Standard Webhooks key, which GitLab 18 and older ignore; null for none. */
  readonly signingToken: string | null;
}

/** What a new hook is made with. */
export function newHookFields(kind: HookPlace['kind'], url: string, secrets: HookSecrets): HookFields {
  const off = UNWANTED.map((name) => [name, false] as const);
  const on = WANTED[kind].map((name) => [name, true] as const);
  return {
    url,
    token: secrets.token,
    ...(secrets.signingToken === null ? {} : { signing_token: secrets.signingToken }),
    enable_ssl_verification: true,
    ...Object.fromEntries([...off, ...on]),
  };
}

/** What mends a hook: like a new one, and whatever else it tells of is turned off. */
export function mendedHookFields(kind: HookPlace['kind'], hook: ApiHook, secrets: HookSecrets): HookFields {
  const others = [...hook.events.keys()].map((name) => [name, false] as const);
  const { enable_ssl_verification: _, ...fields } = newHookFields(kind, hook.url, secrets);
  const plain = hook.hasTemplate ? { custom_webhook_template: '' } : {};
  return { ...Object.fromEntries(others), ...fields, ...plain };
}

/**
 * What is wrong with a hook, in words; empty for a good one. Flags that GitLab does not name are ones that its
 * version does not have.
 */
export function hookFaults(kind: HookPlace['kind'], hook: ApiHook): string[] {
  const wanted: readonly string[] = WANTED[kind];
  const missing = wanted.filter((name) => hook.events.get(name) === false);
  const needless = [...hook.events].flatMap(([name, on]) => (on && !wanted.includes(name) ? [name] : []));
  return [
    ...missing.map((name) => `${name} is off`),
    ...(hook.hasTemplate ? ['a custom template is set, so it tells nothing that Tieline can read'] : []),
    ...needless.map((name) => `${name} is on and not needed`),
    ...(isDisabled(hook) ? [`GitLab has disabled it (${hook.alertStatus})`] : []),
  ];
}

/** What a hook that cannot be told from a forged one lacks; null for one that proves itself. */
export function lacksProof({ signed }: ApiHook, { token }: HookSecrets): string | null {
  if (token !== '' || signed === true) return null;
  return 'this GitLab does not sign deliveries, so Tieline takes none of them: set GITLAB_WEBHOOK_SECRET and register again';
}

/** True when GitLab sends nothing through it, because too many deliveries failed. */
export function isDisabled({ alertStatus }: ApiHook): boolean {
  return alertStatus !== null && alertStatus !== 'executable';
}

/** True for addresses that lead to the same place; GitLab keeps them as they were typed. */
export function sameAddress(left: string, right: string): boolean {
  if (!URL.canParse(left) || !URL.canParse(right)) return left === right;
  return new URL(left).href === new URL(right).href;
}
