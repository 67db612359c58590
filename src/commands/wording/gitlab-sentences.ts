import { type AppError, hasCode } from '../../domain/errors.ts';
import { ruleWords } from './rules.ts';

/** Sentences that GitLab's CRM answers with (17.7 to 18.x), without a closing full stop where it has none. */
export const GITLAB_SENTENCES = {
  foreignOrganization: 'The specified organization was not found or does not belong to this group',
  notAvailable:
    "The resource that you are attempting to access does not exist or you don't have permission to perform this action",
  replaceCombined: 'You cannot combine replace_ids with add_ids or remove_ids',
  sourceInUse:
    'Contact source cannot be changed when issues already have contacts assigned from a different source.',
  tooManyContacts: (limit: number): string => `You can only add up to ${limit} contacts at one time`,
  notCrmCapable: (customers: 'contacts' | 'organizations'): string =>
    `${customers} can only be added to root groups and groups configured as CRM targets`,
} as const;

/** What GitLab's API says of ids that no contact there has; null when there are none. */
export function unavailableContacts(ids: readonly bigint[]): string | null {
  const sentences = ids.map(
    (id) => `Issue customer relations contacts ${id}: ${GITLAB_SENTENCES.notAvailable}`,
  );
  if (sentences.length < 3) return sentences.join(' and ') || null;
  return `${sentences.slice(0, -1).join(', ')}, and ${sentences.at(-1)}`;
}

/** Why a caller who sees the place may not act there, by ability; GitLab has no sentence for the others. */
const INSUFFICIENT: Readonly<Record<string, string>> = {
  'contact.create': 'manage contacts for this group',
  'contact.edit': 'manage contacts for this group',
  'organization.create': 'create an organization for this group',
  'organization.edit': 'update an organization for this group',
  'issue.set_contacts': 'set customer relations contacts for this issue',
};

/** "You have insufficient permissions to …", or null for an ability that GitLab has no sentence for. */
export function insufficientPermissions(ability: string): string | null {
  const what = INSUFFICIENT[ability];
  return what === undefined ? null : `You have insufficient permissions to ${what}`;
}

/** The names that GitLab's messages call fields by. */
const GITLAB_FIELDS: Readonly<Record<string, string>> = {
  'first name': 'First name',
  'last name': 'Last name',
  'e-mail': 'Email',
  phone: 'Phone',
  description: 'Description',
  name: 'Name',
  'default rate': 'Default rate',
};

/** What GitLab's API says in place of an error of ours, to the letter; null where it says nothing of the kind. */
export function gitlabSentence(error: AppError): string | null {
  if (hasCode(error, 'input.foreign_organization')) return GITLAB_SENTENCES.foreignOrganization;
  if (hasCode(error, 'input.too_many_contacts')) return GITLAB_SENTENCES.tooManyContacts(error.data.limit);
  if (hasCode(error, 'input.replace_combined')) return GITLAB_SENTENCES.replaceCombined;
  if (hasCode(error, 'conflict.not_crm_capable')) return GITLAB_SENTENCES.notCrmCapable(error.data.customers);
  if (hasCode(error, 'conflict.source_in_use')) return GITLAB_SENTENCES.sourceInUse;
  if (hasCode(error, 'conflict.email_taken')) return 'Email has already been taken';
  if (hasCode(error, 'conflict.name_taken')) return 'Name has already been taken';
  if (hasCode(error, 'forbidden.ability')) return insufficientPermissions(error.data.ability);
  if (hasCode(error, 'input.invalid')) {
    const { field, rule } = error.data;
    const name = GITLAB_FIELDS[field];
    if (name === undefined) return null;
    // GitLab has one word for every broken address, but a long one has the sentence of any long text.
    const isAddress = rule.startsWith('email.') && rule !== 'email.too_long';
    return `${name} ${isAddress ? 'is invalid' : ruleWords(rule)}`;
  }
  return null;
}
