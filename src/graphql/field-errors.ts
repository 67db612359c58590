import { gitlabSentence } from '../commands/wording/gitlab-sentences.ts';
import { AppError, hasCode } from '../domain/errors.ts';
import { parseDescription, parseEmail, parseName, parsePhone, parseRate } from '../domain/values.ts';
import { refusalSentence } from './errors.ts';

type Text = string | null | undefined;

/** An empty address is no address elsewhere; GitLab's API takes it for a broken one. */
export const strictEmail = (email: Text): Text => (email === '' ? ' ' : email);

/** A float as people would write it, to ten places. */
export function rateText(rate: number | null | undefined): Text {
  if (rate === null || rate === undefined) return rate;
  // Beyond that a number is written with an exponent, and no rate is so high.
  return Math.abs(rate) < 1e21 ? rate.toFixed(10) : `${rate < 0 ? '-' : ''}${'9'.repeat(22)}`;
}

/** The sentences of all checks that fail. */
function failing(checks: readonly (() => unknown)[]): string[] {
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      const sentence = error instanceof AppError ? gitlabSentence(error) : null;
      return sentence === null ? [] : [sentence];
    }
  });
}

interface ContactValues {
  readonly firstName?: Text;
  readonly lastName?: Text;
  readonly phone?: Text;
  readonly email?: Text;
  readonly description?: Text;
}

/** What a contact was refused for: every value that breaks a rule, as GitLab lists them, not only the first. */
export function contactErrors(error: unknown, values: ContactValues): string[] {
  const first = refusalSentence(error);
  if (!hasCode(error, 'input.invalid')) return [first];
  const { firstName, lastName, phone, email, description } = values;
  const all = failing([
    () => parsePhone(phone),
    () => firstName !== undefined && parseName('first name', firstName ?? ''),
    () => lastName !== undefined && parseName('last name', lastName ?? ''),
    () => parseEmail(strictEmail(email)),
    () => parseDescription(description),
  ]);
  return all.length > 0 ? all : [first];
}

interface OrganizationValues {
  readonly name?: Text;
  readonly description?: Text;
  readonly defaultRate?: number | null;
}

/** The same for an organization. */
export function organizationErrors(error: unknown, values: OrganizationValues): string[] {
  const first = refusalSentence(error);
  if (!hasCode(error, 'input.invalid')) return [first];
  const { name, description, defaultRate } = values;
  const all = failing([
    () => name !== undefined && parseName('name', name ?? ''),
    () => parseDescription(description),
    () => parseRate(rateText(defaultRate)),
  ]);
  return all.length > 0 ? all : [first];
}
