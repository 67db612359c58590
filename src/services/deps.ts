import type { Database } from '../db/client.ts';
import type { ConnectPort } from './identity/connect-port.ts';
import type { Directory } from './ports.ts';

/** Everything a service works with; nothing is reached for globally. */
export interface ServiceDeps {
  readonly database: Database;
  readonly directory: Directory;
  /** The GitLab that this deployment belongs to, without a trailing slash. */
  readonly instanceUrl: string;
  readonly now: () => Date;
  /** Where others reach Tieline, for links to it; left out where nobody said. */
  readonly publicUrl?: string;
  /** Left out where people cannot connect their account by OAuth. */
  readonly connect?: ConnectPort;
}
