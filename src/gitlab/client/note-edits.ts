import type { RequestHandlerFn } from '@gitbeaker/requester-utils';
import { z } from 'zod';
import type { GitLabClient } from './contract.ts';
import { translateFailure } from './failure.ts';
import { GitLabRequestError } from './request-error.ts';

/** Only GraphQL tells who changed a note; `note` is there since 15.9, as an experiment. */
const QUERY = 'query WasEdited($id: NoteID!) { note(id: $id) { lastEditedBy { id } } }';

const answerSchema = z.object({
  errors: z.array(z.unknown()).nullish(),
  data: z.object({ note: z.object({ lastEditedBy: z.object({ id: z.string() }).nullable() }) }),
});

/** `transport` asks below `/api/`. */
export function askNoteEdits(transport: RequestHandlerFn, token: string): GitLabClient['wasNoteEdited'] {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async (noteId) => {
    const body = JSON.stringify({ query: QUERY, variables: { id: `gid://gitlab/Note/${noteId}` } });
    try {
      const answer = await transport('graphql', { method: 'POST', headers, body } as never);
      const { data, success } = answerSchema.safeParse(answer.body);
      return success && !data.errors?.length ? data.data.note.lastEditedBy !== null : null;
    } catch (error) {
      if (!(error instanceof GitLabRequestError) || isLikelyToPass(error)) {
        throw translateFailure(error, 'GITLAB_TOKEN');
      }
      return null;
    }
  };
}

/** GitLab did not answer for now; an answer that says no, or that is none of GraphQL's, will be the same tomorrow. */
const isLikelyToPass = ({ failure, status }: GitLabRequestError): boolean =>
  failure === 'timeout' || failure === 'network' || status === 429 || status >= 500;
