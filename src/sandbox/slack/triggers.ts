import { randomBytes } from 'node:crypto';
import { ApiError } from './api/api-error.ts';
import type { Workspace } from './workspace.ts';

const TRIGGER_LIFE_MS = 3000;
const KEPT = 500;

interface Trigger {
  user: string;
  expiresAt: number;
  used: boolean;
}

/** The trigger ids handed out with interactions: good for three seconds and for one view. */
export class Triggers {
  readonly #workspace: Workspace;
  readonly #known = new Map<string, Trigger>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  issue(user: string): string {
    const serial = this.#workspace.nextId('').replace(/\D/g, '').padStart(6, '1');
    const id = `${serial}.${this.#known.size + 1}.${randomBytes(16).toString('hex')}`;
    this.#known.set(id, { user, expiresAt: this.#workspace.now() + TRIGGER_LIFE_MS, used: false });
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest);
    return id;
  }

  /** Whose trigger it is; throws Slack's error when it cannot be used. `use` it once the view is good. */
  check(id: unknown): { user: string; use: () => void } {
    const trigger = typeof id === 'string' ? this.#known.get(id) : undefined;
    if (!trigger) throw new ApiError('invalid_trigger_id');
    if (trigger.used) throw new ApiError('exchanged_trigger_id');
    if (this.#workspace.now() > trigger.expiresAt) throw new ApiError('expired_trigger_id');
    return {
      user: trigger.user,
      use: () => {
        trigger.used = true;
      },
    };
  }
}
