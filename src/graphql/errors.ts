import { GraphQLError } from 'graphql';
import { plainText } from '../commands/reply.ts';
import { wordError } from '../commands/wording/errors.ts';
import { GITLAB_SENTENCES, gitlabSentence } from '../commands/wording/gitlab-sentences.ts';
import { AppError, hasCode } from '../domain/errors.ts';

/** An answer that is no more than a sentence, as GitLab gives for a whole request. */
export const messageOnly = (message: string): { errors: { message: string }[] } => ({
  errors: [{ message }],
});

/** What GitLab says of what is not there, may not be seen or may not be done: one sentence for all. */
export const notAvailable = (): GraphQLError => new GraphQLError(GITLAB_SENTENCES.notAvailable);

/** What GitLab says where CRM is off. */
export const featureDisabled = (): GraphQLError => new GraphQLError('Feature disabled');

const isHidden = (error: AppError): boolean => /^(?:not_found|forbidden)\./.test(error.code);

/**
 * What a change was refused with, for the `errors` of its payload: in GitLab's words where it has some. Anything
 * that GitLab answers for the whole request (what may not be done or is not there), and anything that is not the
 * caller's to mend, is thrown on.
 */
export function refusalSentence(error: unknown): string {
  if (!(error instanceof AppError) || error.code.startsWith('unavailable.')) throw error;
  if (isHidden(error)) throw notAvailable();
  return gitlabSentence(error) ?? plainText(wordError(error).title);
}

/** The message of an error in an answer, or null for what must not be told: our own faults. */
export function tellable(error: unknown): string | null {
  if (!(error instanceof AppError)) return null;
  if (hasCode(error, 'input.invalid') && error.data.rule === 'cursor') return 'Please provide a valid cursor';
  if (isHidden(error)) return GITLAB_SENTENCES.notAvailable;
  return gitlabSentence(error) ?? plainText(wordError(error).title);
}
