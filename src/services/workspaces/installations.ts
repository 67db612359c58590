import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import {
  claimRefresh,
  findInstallation,
  type InstallationRow,
  releaseRefresh,
  replaceSealed,
  saveInstallation,
} from '../../db/queries/installations.ts';
import { fail } from '../../domain/errors.ts';
import type { Sealer } from './seal.ts';

/** A bot's token, and what replaces it when it runs out. */
export interface BotTokens {
  readonly token: string;
  readonly refreshToken: string | null;
  /** Null for one that does not run out. */
  readonly expiresAt: Date | null;
}

/** Tieline in one workspace. */
export interface Installation extends BotTokens {
  /** Null outside an enterprise. */
  readonly enterpriseId: string | null;
  readonly teamId: string;
  readonly botUserId: string;
  readonly installedBy: string | null;
}

/** The installations and their tokens. */
export interface Installations {
  save(installation: Installation): Promise<void>;
  /**
   * The token of a workspace, replaced in time when it runs out: once, however many ask. Null where Tieline is not
   * installed, or its tokens cannot be read with this key. Throws `unavailable.slack` when it has run out and Slack
   * gives no other.
   */
  tokenOf(teamId: string): Promise<string | null>;
}

export interface InstallationsDeps {
  readonly database: Database;
  readonly sealer: Sealer;
  readonly now: () => Date;
  /** Asks Slack for the tokens after these; null when Slack refuses the refresh token for good. */
  readonly refresh: (refreshToken: string) => Promise<BotTokens | null>;
  /** Hears of tokens that cannot be read. */
  readonly onUnreadable: (teamId: string) => void;
}

/** Slack's access tokens are good for twelve hours; there is time for many tries. */
const REPLACED_BEFORE_MS = 2 * 60 * 60_000;
const TURN_MS = 15_000;
const WAITS_MS = 200;
const MAX_WAITS = 25;

const sealedSchema = z.object({
  token: z.string().min(1),
  refreshToken: z.string().nullable(),
  expiresAt: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .nullable(),
});

/** The installations of a database, tokens encrypted. */
export function createInstallations(deps: InstallationsDeps): Installations {
  const { database, sealer, now } = deps;
  const replacing = new Map<string, Promise<string | null>>();
  return {
    save: async (installation) => {
      const { enterpriseId, teamId, botUserId, installedBy } = installation;
      const place = { enterpriseId: enterpriseId ?? '-', teamId };
      const sealed = seal(sealer, place, installation);
      await database.transaction((tx) =>
        saveInstallation(tx, { ...place, botUserId, sealed, installedBy, updatedAt: now() }),
      );
    },
    tokenOf: async (teamId) => {
      const row = await database.transaction((tx) => findInstallation(tx, teamId));
      if (!row) return null;
      const tokens = opened(deps, row);
      if (!tokens) return null;
      if (!isDue(tokens, now())) return tokens.token;
      const known = replacing.get(teamId);
      if (known) return known;
      const asked = replaced(deps, row, tokens).finally(() => replacing.delete(teamId));
      replacing.set(teamId, asked);
      return asked;
    },
  };
}

const contextOf = ({ enterpriseId, teamId }: Pick<InstallationRow, 'enterpriseId' | 'teamId'>): string =>
  `${enterpriseId}/${teamId}`;

function seal(
  sealer: Sealer,
  place: Pick<InstallationRow, 'enterpriseId' | 'teamId'>,
  { token, refreshToken, expiresAt }: BotTokens,
): Uint8Array<ArrayBuffer> {
  return sealer.seal(JSON.stringify({ token, refreshToken, expiresAt }), contextOf(place));
}

function opened({ sealer, onUnreadable }: InstallationsDeps, row: InstallationRow): BotTokens | null {
  const text = sealer.open(row.sealed, contextOf(row));
  if (text === null) {
    onUnreadable(row.teamId);
    return null;
  }
  return sealedSchema.parse(JSON.parse(text));
}

const leftMs = ({ expiresAt }: BotTokens, now: Date): number =>
  expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt.getTime() - now.getTime();

const isDue = (tokens: BotTokens, now: Date): boolean =>
  tokens.refreshToken !== null && leftMs(tokens, now) < REPLACED_BEFORE_MS;

/** Other processes may be at it too: whoever has not the turn goes on with a token that is still good, or waits. */
async function replaced(
  deps: InstallationsDeps,
  row: InstallationRow,
  tokens: BotTokens,
): Promise<string | null> {
  const { database, now } = deps;
  const until = new Date(now().getTime() + TURN_MS);
  if (await database.transaction((tx) => claimRefresh(tx, row, { now: now(), until }))) {
    return replacedByUs(deps, row, tokens);
  }
  // It may have been done since the row was read: what is in its place then counts.
  for (let waits = 0; waits < MAX_WAITS; waits += 1) {
    if (waits > 0) await pause(WAITS_MS);
    const later = await database.transaction((tx) => findInstallation(tx, row.teamId));
    if (!later) return null;
    const found = opened(deps, later);
    if (!found || leftMs(found, now()) > 0) return found?.token ?? null;
  }
  throw fail('unavailable.slack', { detail: 'a token that has run out is not replaced' });
}

async function replacedByUs(
  deps: InstallationsDeps,
  row: InstallationRow,
  tokens: BotTokens,
): Promise<string | null> {
  const { database, sealer, now, refresh } = deps;
  const givesBack = () => database.transaction((tx) => releaseRefresh(tx, row));
  try {
    const next = await refresh(tokens.refreshToken ?? '');
    if (next) {
      const sealed = seal(sealer, row, next);
      const kept = await database.transaction((tx) => replaceSealed(tx, row, { sealed, now: now() }));
      // Uninstalled or installed anew meanwhile: these tokens are nobody's.
      return kept ? next.token : null;
    }
  } catch (error) {
    await givesBack();
    if (leftMs(tokens, now()) > 0) return tokens.token;
    throw fail(
      'unavailable.slack',
      { detail: 'Slack gives no token in place of one that has run out' },
      error,
    );
  }
  await givesBack();
  return leftMs(tokens, now()) > 0 ? tokens.token : null;
}
