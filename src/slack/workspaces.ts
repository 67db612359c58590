import { LRUCache } from 'lru-cache';
import { type ClientSettings, createClients, type SlackClients } from './clients.ts';
import { type boltLogger, loggable, type SlackLog } from './slack-log.ts';

/** The bot's token in a workspace; null where Tieline is not installed. */
export type TokenOf = (teamId: string) => Promise<string | null>;

/** What is built of one workspace's clients, and used for that workspace alone. */
export interface Workspaces<Parts> {
  /** Where Tieline is not installed, the parts have no token: what they ask of Slack is refused. Throws as `TokenOf` does. */
  of(teamId: string): Promise<Parts & { readonly isInstalled: boolean }>;
  /** The same for somebody who waits: where the token is not to be had just now, what takes none goes on. */
  reach(teamId: string): Promise<Parts & { readonly isInstalled: boolean }>;
}

interface Settings<Parts> {
  readonly token: string | TokenOf;
  readonly apiUrl: string | undefined;
  readonly logger: ReturnType<typeof boltLogger>;
  readonly log: SlackLog;
  readonly build: (clients: SlackClients) => Parts;
  /** Told of calls that Slack refused, by its own word; not with a fixed token, which is nobody's to forget. */
  readonly onRefused?: (teamId: string, token: string, code: string) => void;
  readonly onCall?: ClientSettings['onCall'];
}

interface Kept<Parts> {
  readonly token: string | null;
  readonly parts: Parts & { readonly isInstalled: boolean };
}

const MAX_KEPT = 500;

/**
 * Keeps workspaces apart: each has clients of its own, made anew when its token changes, and nothing that was
 * learned with one token is told to another. A fixed token stands for the one workspace there is.
 */
export function createWorkspaces<Parts extends object>(settings: Settings<Parts>): Workspaces<Parts> {
  const { token: given, apiUrl, logger, build } = settings;
  const kept = new LRUCache<string, Kept<Parts>>({ max: MAX_KEPT });
  const make = (token: string | null, onRefused?: (code: string) => void): Kept<Parts> => {
    const clients = createClients({
      botToken: token ?? undefined,
      apiUrl,
      logger,
      onCall: settings.onCall,
      ...(onRefused && { onRefused }),
    });
    return { token, parts: { ...build(clients), isInstalled: token !== null } };
  };
  if (typeof given === 'string') {
    const only = make(given).parts;
    return { of: async () => only, reach: async () => only };
  }
  const of = async (teamId: string): Promise<Kept<Parts>['parts']> => {
    const token = await given(teamId);
    const known = kept.get(teamId);
    if (known !== undefined && known.token === token) return known.parts;
    const made = make(token, (code) => {
      if (token !== null) settings.onRefused?.(teamId, token, code);
    });
    kept.set(teamId, made);
    return made.parts;
  };
  return {
    of,
    reach: (teamId) =>
      of(teamId).catch((error: unknown) => {
        settings.log.error({ err: loggable(error) }, 'slack: the token of a workspace is not to be had');
        return { ...make(null).parts, isInstalled: true };
      }),
  };
}
