import type { Actor } from '../domain/actor.ts';
import { parseCustomerAddress } from '../domain/customer-address.ts';
import { AppError } from '../domain/errors.ts';
import { parseIssueReference } from '../domain/references.ts';
import { type Customer, findCustomer } from '../services/contacts/find-customer.ts';
import { openCrmGroup } from '../services/groups/open-crm-group.ts';
import { type IssueContacts, listIssueContacts } from '../services/issues/list-contacts.ts';
import { openFetchedIssue } from '../services/issues/open-issue.ts';
import type { DirectoryIssue } from '../services/ports.ts';
import type { Reply, ReplyBlock } from './reply.ts';
import { type AnswerDeps, slackContext } from './slack-context.ts';
import { contactFields, customerName, customerRef, organizationFields } from './wording/cards.ts';
import { contactDetail, contactSpans, count } from './wording/phrases.ts';

/** A link that somebody posted, and everybody who reads along where it stands. */
export interface PostedLink {
  readonly url: string;
  readonly teamId: string;
  readonly channelId: string;
  readonly slackUserIds: readonly string[];
}

/** How many contacts a card under a link names itself. */
const MAX_NAMED = 5;

/** What a link shows to one person; throws AppError where they may not see it. */
type Look = (actor: Actor) => Promise<Reply>;

/**
 * The card under a link to an issue or to a contact; null unless each single reader may see all of it. Who has no
 * GitLab account may see nothing, and what is confidential is shown nowhere.
 */
export async function previewLink(
  deps: AnswerDeps & { readonly publicUrl: string },
  posted: PostedLink,
): Promise<Reply | null> {
  try {
    const look = await lookAt(deps, posted.url);
    if (look === null) return null;
    let card: Reply | null = null;
    for (const slackUserId of posted.slackUserIds) {
      const { teamId, channelId } = posted;
      const asking = { teamId, channelId, slackUserId, key: `link:${posted.url}` };
      const { actor } = await slackContext(deps, asking, { group: null, typed: '' });
      card = await look(actor);
    }
    return card;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function lookAt(
  { services, publicUrl }: AnswerDeps & { publicUrl: string },
  url: string,
): Promise<Look | null> {
  const place = parseCustomerAddress(url, publicUrl);
  if (place !== null) {
    return async (actor) => {
      const opened = await openCrmGroup(services, actor, place.group);
      const customer = await findCustomer(services, opened, place.reference);
      return customerCard(customer, `${customerRef(customer)} group=${opened.crmGroup.fullPath}`);
    };
  }
  const { project, iid } = parseIssueReference(url, services.instanceUrl);
  const issue = await services.directory.issue(project, iid);
  if (!issue || issue.confidential) return null;
  return async (actor) => {
    const found = await listIssueContacts(services, await openFetchedIssue(services, actor, issue));
    return issueCard(issue, found);
  };
}

function issueCard(issue: DirectoryIssue, { reference, contacts }: IssueContacts): Reply {
  const items = contacts
    .slice(0, MAX_NAMED)
    .map((contact) => ({ text: contactSpans(contact), detail: contactDetail(contact) }));
  const more = contacts.length - items.length;
  const blocks: ReplyBlock[] = [
    ...(items.length > 0 ? [{ kind: 'list' as const, items }] : []),
    {
      kind: 'hint',
      text: [
        { text: issue.state === 'closed' ? 'Closed · ' : 'Open · ' },
        { text: count(contacts.length, 'contact') },
        { text: more > 0 ? `, ${more} not shown` : '' },
      ],
    },
    { kind: 'actions', actions: [{ label: 'Contacts', command: `contacts ${reference}` }] },
  ];
  return {
    tone: 'info',
    title: [{ text: `${reference} ` }, { text: issue.title }],
    blocks,
    visibility: 'public',
  };
}

function customerCard(customer: Customer, named: string): Reply {
  const fields =
    customer.kind === 'contact' ? contactFields(customer.contact) : organizationFields(customer.organization);
  return {
    tone: 'info',
    title: [{ strong: customerName(customer) }],
    blocks: [
      { kind: 'fields', fields },
      { kind: 'actions', actions: [{ label: 'Show', command: `show ${named}` }] },
    ],
    visibility: 'public',
  };
}
