import type { Json } from '../block-kit/checks.ts';
import type { Triggers } from '../triggers.ts';
import type { Workspace } from '../workspace.ts';

/** What a method works with. */
export interface ApiContext {
  workspace: Workspace;
  triggers: Triggers;
}

/** One Web API method: the scope it needs (null for none) and what it does; throws ApiError. */
export interface ApiMethod {
  scope: string | null;
  /** Works without a token. */
  open?: boolean;
  run(context: ApiContext, args: Json): Json;
}
