import type { ContactId, OrganizationId } from '../../domain/ids.ts';
import { contactId, organizationId } from '../../domain/ids.ts';
import { decide } from '../../policy/authorize.ts';
import { countContacts } from '../../services/contacts/count-contacts.ts';
import { type ContactListing, listContacts } from '../../services/contacts/list-contacts.ts';
import type { ViewedGroup } from '../../services/groups/view-group.ts';
import { countOrganizations } from '../../services/organizations/count-organizations.ts';
import {
  listOrganizations,
  type OrganizationListing,
} from '../../services/organizations/list-organizations.ts';
import { connectionOf, emptyConnection, type PageArgs, pageOf } from '../connections.ts';
import type { ApiContext } from '../context.ts';
import { globalId, parseContactId, parseOrganizationId } from '../global-ids.ts';
import { type ContactNode, type OrganizationNode, toContactNode, toOrganizationNode } from '../nodes.ts';
import { type IssueListArgs, issuesOfPlace } from './issue-lists.ts';
import { transfersOf } from './transfers.ts';

type State = 'all' | 'active' | 'inactive';

interface FilterArgs {
  readonly search?: string | null;
  readonly state?: State | null;
}

interface ListArgs extends FilterArgs, PageArgs {
  readonly sort?: string | null;
  readonly ids?: readonly string[] | null;
}

/** `LAST_NAME_ASC` in its parts. */
function sortOf<Field extends string>(
  sort: string | null | undefined,
  usual: Field,
): { field: Field; descending: boolean } {
  const [, field = usual, direction] = /^(.+)_(ASC|DESC)$/.exec(sort ?? '') ?? [];
  return { field: field as Field, descending: direction === 'DESC' };
}

async function contacts(view: ViewedGroup, args: ListArgs, { deps }: ApiContext) {
  const page = pageOf(args);
  const ids = args.ids?.map(parseContactId) ?? null;
  if (!decide(view.actor, 'contact.view', view.crmGroup).allowed) return emptyConnection<ContactNode>();
  const listed = await listContacts(deps, view, {
    search: args.search ?? null,
    inOneField: true,
    state: args.state ?? 'all',
    ids,
    organizationId: null,
    sort: sortOf<ContactListing['sort']['field']>(args.sort, 'LAST_NAME'),
    page,
  });
  return connectionOf(listed, toContactNode);
}

async function organizations(view: ViewedGroup, args: ListArgs, { deps }: ApiContext) {
  const page = pageOf(args);
  const ids = args.ids?.map(parseOrganizationId) ?? null;
  if (!decide(view.actor, 'organization.view', view.crmGroup).allowed) {
    return emptyConnection<OrganizationNode>();
  }
  const listed = await listOrganizations(deps, view, {
    search: args.search ?? null,
    inOneField: true,
    state: args.state ?? 'all',
    ids,
    sort: sortOf<OrganizationListing['sort']['field']>(args.sort, 'NAME'),
    page,
  });
  return connectionOf(listed, toOrganizationNode);
}

interface Counts {
  readonly active: number;
  readonly inactive: number;
  readonly all: number;
}

/** GitLab counts what the filter leaves: the other state is 0 then. */
function ofState({ active, inactive, all }: Counts, state: State | null | undefined): Counts {
  if (state === 'active') return { active, inactive: 0, all: active };
  return state === 'inactive' ? { active: 0, inactive, all: inactive } : { active, inactive, all };
}

async function contactCounts(view: ViewedGroup, { search, state }: FilterArgs, { deps }: ApiContext) {
  if (!decide(view.actor, 'contact.view', view.crmGroup).allowed) return null;
  return ofState(
    await countContacts(deps, view, { search: search ?? null, inOneField: true, ids: null }),
    state,
  );
}

async function organizationCounts(view: ViewedGroup, { search, state }: FilterArgs, { deps }: ApiContext) {
  if (!decide(view.actor, 'organization.view', view.crmGroup).allowed) return null;
  return ofState(
    await countOrganizations(deps, view, { search: search ?? null, inOneField: true, ids: null }),
    state,
  );
}

/** The filters of GitLab's issue lists: plain numbers, or global ids all the same. */
export interface CrmFilterArgs extends IssueListArgs {
  readonly crmContactId?: string | null;
  readonly crmOrganizationId?: string | null;
}

const numberIn = (text: string): string | null => /^(?:gid:\/\/.*\/)?(\d{1,18})$/.exec(text)?.[1] ?? null;

/**
 * What a list of issues is filtered by; null for a filter that nothing fits. As in GitLab, a filter of somebody who
 * may not view contacts is ignored: they get the issues that they may read.
 */
export function linkedBy(view: ViewedGroup | null, { crmContactId, crmOrganizationId }: CrmFilterArgs) {
  const asked = crmContactId ?? crmOrganizationId ?? null;
  if (asked === null || view === null) return { fits: true, linked: null } as const;
  if (!decide(view.actor, 'contact.view', view.crmGroup).allowed)
    return { fits: true, linked: null } as const;
  const number = numberIn(asked);
  if (number === null || number === '0') return { fits: false, linked: null } as const;
  const id: ContactId | OrganizationId = crmContactId ? contactId(number) : organizationId(number);
  const of = crmContactId ? ('contact' as const) : ('organization' as const);
  return { fits: true, linked: { of, key: { crmGroupId: view.crmGroup.id, id } } } as const;
}

function issues(view: ViewedGroup, args: CrmFilterArgs, context: ApiContext) {
  const { fits, linked } = linkedBy(view, args);
  if (!fits) return emptyConnection();
  const scope = { of: 'group', id: view.group.id } as const;
  return issuesOfPlace(context, { scope, anchor: view.group.id, linked }, args);
}

/** What the caller may do with the customers that apply in a group. */
export const permissionsOf = ({ actor, crmGroup }: ViewedGroup) => ({
  readGroup: true,
  readCrmContact: decide(actor, 'contact.view', crmGroup).allowed,
  readCrmOrganization: decide(actor, 'organization.view', crmGroup).allowed,
  adminCrmContact: decide(actor, 'contact.edit', crmGroup).allowed,
  adminCrmOrganization: decide(actor, 'organization.edit', crmGroup).allowed,
});

/** A group, which is looked at as the view of it that the caller has. */
export const GROUP_RESOLVERS = {
  Group: {
    id: ({ group }: ViewedGroup) => globalId('Group', group.id),
    name: ({ name }: ViewedGroup) => name,
    path: ({ group }: ViewedGroup) => group.fullPath.slice(group.fullPath.lastIndexOf('/') + 1),
    fullPath: ({ group }: ViewedGroup) => group.fullPath,
    webUrl: ({ group }: ViewedGroup, _: unknown, { deps }: ApiContext) =>
      `${deps.instanceUrl}/groups/${group.fullPath}`,
    parent: ({ parentId }: ViewedGroup, _: unknown, context: ApiContext) =>
      parentId === null ? null : context.group(parentId),
    crmEnabled: ({ crmEnabled }: ViewedGroup) => crmEnabled,
    userPermissions: permissionsOf,
    contacts,
    contactStateCounts: contactCounts,
    organizations,
    organizationStateCounts: organizationCounts,
    issues,
    customerRelationsTransfers: transfersOf,
  },
};
