import { requestErrorBehind } from '../client/request-error.ts';
import { type GitLabSetup, type HookPlace, refusalStatus } from '../client/setup-client.ts';

export interface Trial {
  readonly ok: boolean;
  readonly detail: string;
}

/** Made from an issue and from a comment: a place may have none of the one. */
const TRIGGERS = ['issues_events', 'note_events'] as const;

/** Has GitLab send an example through a hook. Fails only when GitLab itself gives no answer. */
export async function tryHook(gitlab: GitLabSetup, place: HookPlace, id: number): Promise<Trial> {
  if (place.kind === 'system') {
    await gitlab.testHook(place, id, '');
    return { ok: true, detail: 'GitLab sent an example; whether it was taken, it does not tell' };
  }
  let detail = '';
  for (const trigger of TRIGGERS) {
    try {
      await gitlab.testHook(place, id, trigger);
      return { ok: true, detail: 'GitLab sent an example and it was taken' };
    } catch (error) {
      const status = refusalStatus(error);
      if (status === null || status === 401 || status === 429 || status >= 500) throw error;
      detail = requestErrorBehind(error)?.message ?? 'GitLab refused';
    }
  }
  return { ok: false, detail };
}
