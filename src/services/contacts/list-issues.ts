import {
  type IssuesOf,
  type LinkedIssue,
  linkedIssues,
  projectsOfLinkedIssues,
} from '../../db/queries/links.ts';
import { type Actor, projectPlace, roleAt } from '../../domain/actor.ts';
import type { GroupId, ProjectId } from '../../domain/ids.ts';
import { roleReaches } from '../../domain/roles.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { type Customer, findCustomer } from './find-customer.ts';

export const ISSUES_PER_PAGE = 10;

export interface CustomerIssues {
  readonly customer: Customer;
  readonly issues: readonly LinkedIssue[];
  /** Of all pages. */
  readonly total: number;
  readonly includesClosed: boolean;
  /** From 0. */
  readonly page: number;
}

interface Readable {
  readonly full: ProjectId[];
  readonly guest: ProjectId[];
}

/**
 * Which projects the actor may read issues of. Viewing contacts takes Planner on the crm group, a role that
 * everything below it inherits; only projects elsewhere have to be asked about.
 */
export async function readableProjects(
  deps: ServiceDeps,
  actor: Actor,
  projects: readonly { id: ProjectId; belowCrmGroup: boolean }[],
): Promise<Readable> {
  const elsewhere = projects.filter((project) => !project.belowCrmGroup).map((project) => project.id);
  const roles = await deps.directory.roles(actor.userId, elsewhere.map(projectPlace));
  const reaching = (role: 'guest' | 'planner'): ProjectId[] =>
    elsewhere.filter((id) => roleReaches(roleAt({ roles }, projectPlace(id)), role));
  const planner = reaching('planner');
  return {
    full: [...projects.filter((project) => project.belowCrmGroup).map((project) => project.id), ...planner],
    guest: reaching('guest').filter((id) => !planner.includes(id)),
  };
}

const issuesOf = (customer: Customer): IssuesOf =>
  customer.kind === 'contact'
    ? { contactId: customer.contact.id }
    : { organizationId: customer.organization.id };

/** Open issues (closed ones too when asked) that are linked to a customer and that the actor may read. */
export async function listCustomerIssues(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  query: { reference: string; includeClosed: boolean; page: number },
): Promise<CustomerIssues> {
  const customer = await findCustomer(deps, opened, query.reference);
  return issuesOfCustomer(deps, opened, { customer, includeClosed: query.includeClosed, page: query.page });
}

/** The same for a customer that was looked up already. Takes `contact.view`. */
export async function issuesOfCustomer(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  query: { customer: Customer; includeClosed: boolean; page: number },
): Promise<CustomerIssues> {
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  const crmGroupId: GroupId = opened.crmGroup.id;
  const of = issuesOf(query.customer);
  const projects = await deps.database.transaction((tx) => projectsOfLinkedIssues(tx, crmGroupId, of));
  const readable = await readableProjects(deps, opened.actor, projects);
  const { issues, total } = await deps.database.transaction((tx) =>
    linkedIssues(tx, {
      crmGroupId,
      of,
      includeClosed: query.includeClosed,
      projects: readable.full,
      guestProjects: readable.guest,
      readerId: opened.actor.userId,
      limit: ISSUES_PER_PAGE,
      offset: query.page * ISSUES_PER_PAGE,
    }),
  );
  return { customer: query.customer, issues, total, includesClosed: query.includeClosed, page: query.page };
}
