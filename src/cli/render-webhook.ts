import type { PlatformConfig } from '../config.ts';
import type { ExaminedHook } from '../gitlab/registration/examine-hooks.ts';
import type { Registered, Registration } from '../gitlab/registration/register-hooks.ts';
import type { Trial } from '../gitlab/registration/try-hook.ts';

export interface Listed extends ExaminedHook {
  readonly url: string;
}

export interface Tried extends Trial {
  readonly kind: ExaminedHook['kind'];
  readonly path: string;
  readonly hookId: number | null;
}

const WORDS = {
  created: 'created',
  repaired: 'repaired',
  unchanged: 'was in order; its secret was set anew',
  failed: 'FAILED',
} as const satisfies Record<Registered['outcome'], string>;

const nameOf = ({ kind, path }: { kind: string; path: string }): string =>
  kind === 'system' ? 'the whole instance' : `${kind} ${path}`;

/** What was done, one line a place. */
export function renderRegistration(
  { onProjects, places }: Registration,
  { gitlab }: Pick<PlatformConfig, 'gitlab'>,
): string {
  const lines = places.map((place) => {
    const detail = place.detail.length === 0 ? '' : `: ${place.detail.join(', ')}`;
    return `${nameOf(place)}: ${WORDS[place.outcome]}${detail}`;
  });
  const unsigned = places.some(
    ({ signed, kind, outcome }) => kind !== 'system' && outcome !== 'failed' && signed !== true,
  );
  return [
    ...(onProjects ? [INSTEAD] : []),
    ...(onProjects && places.length === 0 ? ['There is no project below this group yet.'] : []),
    ...lines,
    ...(gitlab.signingTokens.length > 0 && unsigned && places.length > 0 ? [UNSIGNED] : []),
  ].join('\n');
}

const INSTEAD =
  'GitLab gives this group no webhook of its own: that takes GitLab Premium or Ultimate, and an Owner.\n' +
  'Each project below it gets one instead.';
const UNSIGNED =
  'This GitLab does not sign deliveries (that came with GitLab 19), so they are told by the secret token alone.';

/** The hooks that lead here, one line each. */
export function renderListed(rows: readonly Listed[]): string {
  if (rows.length === 0) return 'The bot is a member of no group, so there is nowhere to look.';
  return rows
    .map((row) => {
      const hook = row.hookId === null ? '' : `webhook ${row.hookId} to ${row.url}, `;
      return `${nameOf(row)}: ${hook}${row.faults.length === 0 ? 'in order' : row.faults.join(', ')}`;
    })
    .join('\n');
}

/** How the examples fared, one line each. */
export function renderTrial(tried: readonly Tried[]): string {
  if (tried.length === 0) return 'There is no webhook to test.';
  return tried.map((row) => `${nameOf(row)}: ${row.ok ? 'ok' : 'FAILED'}: ${row.detail}`).join('\n');
}
