import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createStateFile } from './persist.ts';
import { WORLD, type World } from './world.ts';

/** What one sandbox keeps for itself: its secrets, drawn once, and the ports that its links name. */
export interface SandboxKeys {
  version: 1;
  slackSigningSecret: string;
  slackBotToken: string;
  webhookSecret: string;
  systemHookSecret: string;
  /** People's tokens are derived from it. */
  tokenSeed: string;
  /** Null until the server has listened once. */
  slackPort: number | null;
  gitlabPort: number | null;
}

export interface KeyRing {
  readonly keys: SandboxKeys;
  /** Puts the keys, as they are now, on disk. */
  save(): Promise<void>;
}

function freshKeys(): SandboxKeys {
  const draw = () => randomBytes(24).toString('hex');
  return {
    version: 1,
    slackSigningSecret: draw(),
    slackBotToken: `xoxb-sandbox-${draw()}`,
    webhookSecret: draw(),
    systemHookSecret: draw(),
    tokenSeed: draw(),
    slackPort: null,
    gitlabPort: null,
  };
}

function areKeys(value: unknown): value is SandboxKeys {
  if (typeof value !== 'object' || value === null) return false;
  const given = value as Record<string, unknown>;
  return Object.entries(freshKeys()).every(([name, fresh]) => {
    const kept = given[name];
    return fresh === null ? kept === null || typeof kept === 'number' : typeof kept === typeof fresh;
  });
}

/** The keys of the state directory, drawn when there are none. Without a directory they live as long as the process. */
export async function openKeys(stateDir: string | null, log: (line: string) => void): Promise<KeyRing> {
  if (stateDir === null) return { keys: freshKeys(), save: async () => {} };
  const file = createStateFile({ path: join(stateDir, 'keys.json'), accepts: areKeys, log });
  const keys = (await file.load()) ?? freshKeys();
  const save = () => file.save(() => keys);
  await save();
  return { keys, save };
}

/** The demo world with personal tokens that nobody outside can know. */
export function worldWithTokens({ tokenSeed }: SandboxKeys): World {
  const tokenOf = (username: string) =>
    `sandbox-${createHmac('sha256', tokenSeed).update(username).digest('base64url').slice(0, 32)}`;
  const people = WORLD.people.map((person) => ({ ...person, token: tokenOf(person.username) }));
  return { ...WORLD, people };
}
