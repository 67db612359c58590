import type { Json } from '../block-kit/checks.ts';
import type { Delivery } from '../delivery.ts';
import type { Triggers } from '../triggers.ts';
import type { Workspace } from '../workspace.ts';
import type { Events } from './events.ts';

/** What a person's deeds need. */
export interface Surroundings {
  workspace: Workspace;
  triggers: Triggers;
  delivery: Delivery;
  events: Events;
  /** The options last loaded, by person and action. */
  loaded: Map<string, Json[]>;
}
