import { AppError } from '../domain/errors.ts';
import { type FormAnswer, problemOf, type SentForm } from './form.ts';
import { formNamed } from './forms/registry.ts';
import { type AnswerDeps, type SlackAsking, slackContext } from './slack-context.ts';
import { wordError } from './wording/errors.ts';

/** A form that somebody sent on Slack. Its `key` is the form's own, so that sending it twice does it once. */
export interface SlackFormSent extends SlackAsking {
  readonly form: string;
  /** Full path, as the form had it. */
  readonly group: string | null;
  readonly sent: SentForm;
}

/** Acts on a sent form. Throws only what is our own fault; everything else is worded, at its field where it has one. */
export async function answerForm(deps: AnswerDeps, sending: SlackFormSent): Promise<FormAnswer> {
  const definition = formNamed(sending.form);
  if (!definition) return { kind: 'reply', reply: GONE };
  try {
    const context = await slackContext(deps, sending, { group: sending.group, typed: '' });
    return await definition.submit(context, sending.sent);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const problems = problemOf(error, definition.fields);
    return problems ? { kind: 'problems', problems } : { kind: 'reply', reply: wordError(error) };
  }
}

const GONE = {
  tone: 'error',
  title: 'This form is of an earlier version. Nothing was changed.',
  blocks: [{ kind: 'hint', text: 'Open it again.' }],
  visibility: 'private',
} as const;
