import { suggestContacts } from '../services/contacts/suggest-contacts.ts';
import { suggestGroups } from '../services/groups/suggest-groups.ts';
import { suggestIssues } from '../services/issues/suggest-issues.ts';
import { suggestOrganizations } from '../services/organizations/suggest-organizations.ts';
import { type CommandContext, groupOf } from './context.ts';
import type { FormOption, LookupOf } from './form.ts';
import { contactOption, groupOption, issueOption, organizationOption } from './forms/option.ts';
import { type AnswerDeps, type SlackAsking, slackContext } from './slack-context.ts';

/** What somebody types into a field that looks things up. */
export interface SlackTyping extends SlackAsking {
  readonly of: LookupOf;
  readonly text: string;
  /** The group that the form works in, by full path. */
  readonly group: string | null;
}

/** Choices under a heading; one without heading when there is one kind only. */
export interface Suggested {
  readonly heading: string | null;
  readonly options: readonly FormOption[];
}

const MOST = 30;
const MOST_OF_EACH = 15;

type Suggest = (context: CommandContext, text: string) => Promise<Suggested[]>;

async function contacts(context: CommandContext, text: string, limit = MOST): Promise<FormOption[]> {
  const found = await suggestContacts(context.deps, await groupOf(context), {
    text,
    limit,
    activeOnly: true,
  });
  return found.map(contactOption);
}

async function organizations(context: CommandContext, text: string, limit = MOST): Promise<FormOption[]> {
  const found = await suggestOrganizations(context.deps, await groupOf(context), {
    text,
    limit,
    activeOnly: false,
  });
  return found.map(organizationOption);
}

const alone = (options: readonly FormOption[]): Suggested[] =>
  options.length === 0 ? [] : [{ heading: null, options }];

const SUGGEST: Readonly<Record<LookupOf, Suggest>> = {
  contact: async (context, text) => alone(await contacts(context, text)),
  organization: async (context, text) => alone(await organizations(context, text)),
  customer: async (context, text) =>
    [
      { heading: 'Contacts', options: await contacts(context, text, MOST_OF_EACH) },
      { heading: 'Organizations', options: await organizations(context, text, MOST_OF_EACH) },
    ].filter(({ options }) => options.length > 0),
  group: async ({ deps, actor }, text) =>
    alone((await suggestGroups(deps, actor, { text, limit: MOST })).map(groupOption)),
  issue: async ({ deps, actor }, text) =>
    alone((await suggestIssues(deps, actor, { text, limit: MOST })).map(issueOption)),
};

/** What a typed text may stand for, of what the person may see. Throws AppErrors: who asks shows nothing then. */
export async function suggest(deps: AnswerDeps, typing: SlackTyping): Promise<Suggested[]> {
  const context = await slackContext(deps, typing, { group: typing.group, typed: '' });
  return SUGGEST[typing.of](context, typing.text.trim());
}
