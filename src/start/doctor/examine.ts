import type { PlatformConfig, ServerConfig } from '../../config.ts';
import type { Database } from '../../db/client.ts';
import { checkAddress } from './check-address.ts';
import { checkGitLab } from './check-gitlab.ts';
import { checkHooks } from './check-hooks.ts';
import { checkSlack } from './check-slack.ts';
import { checkStore, examineDatabase } from './check-store.ts';
import { type Finding, good } from './finding.ts';

export interface Patient {
  readonly server: ServerConfig;
  readonly platforms: PlatformConfig;
  /** Whether webhooks that are missing or wrong are put right. */
  readonly fix: boolean;
  readonly now?: () => Date;
  /** One that is open already, in place of the one that the settings name. */
  readonly database?: Database;
}

/** Looks at everything Tieline depends on. Never fails: what cannot be asked is a finding. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const { server, platforms, fix, now = () => new Date() } = patient;
  const { publicUrl } = server;
  const { gitlab, slack } = platforms;
  // Alone, since opening a database keeps this process busy while time limits of network calls run on.
  const { database } = patient;
  const store = database ? await examineDatabase(database) : await checkStore(server);
  const [address, onGitLab, onSlack] = await Promise.all([
    checkAddress(publicUrl, gitlab),
    checkGitLab(gitlab, now),
    checkSlack(slack),
  ]);
  const { findings, roots } = onGitLab;
  const { watched, problems } = store;
  const hooks =
    publicUrl === null ? [] : await checkHooks({ gitlab, publicUrl, roots, watched, problems, fix });
  const settings = good('settings', 'everything that is needed is set');
  return [settings, ...address, ...store.findings, ...findings, ...hooks, ...onSlack];
}
