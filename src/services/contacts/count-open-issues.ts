import { openIssueCounts } from '../../db/queries/open-issue-counts.ts';
import { AppError } from '../../domain/errors.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import type { Customer } from './find-customer.ts';
import { readableProjects } from './list-issues.ts';

/**
 * How many open issues each of these customers has that the actor may read, as `issuesOfCustomer` counts them; null
 * where that cannot be told just now. Takes `contact.view`.
 */
export async function countOpenIssues(
  deps: ServiceDeps,
  opened: Pick<OpenedCrmGroup, 'actor' | 'crmGroup'>,
  customers: readonly Customer[],
): Promise<readonly number[] | null> {
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  if (customers.length === 0) return [];
  try {
    return await counted(deps, opened, customers);
  } catch (error) {
    // A list is worth showing without them.
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function counted(
  deps: ServiceDeps,
  { actor, crmGroup }: Pick<OpenedCrmGroup, 'actor' | 'crmGroup'>,
  customers: readonly Customer[],
): Promise<number[]> {
  const counts = await openIssueCounts(deps.database.read, crmGroup.id, {
    customers: customers.map((customer) => ({
      kind: customer.kind,
      id: customer.kind === 'contact' ? customer.contact.id : customer.organization.id,
    })),
    readerId: actor.userId,
  });
  const projects = new Map(
    counts.map(({ projectId: id, belowCrmGroup }) => [id, { id, belowCrmGroup }] as const),
  );
  const readable = await readableProjects(deps, actor, [...projects.values()]);
  const full = new Set(readable.full);
  const guest = new Set(readable.guest);
  const totals = customers.map(() => 0);
  for (const { index, projectId, count, forGuest } of counts) {
    const seen = full.has(projectId) ? count : guest.has(projectId) ? forGuest : 0;
    totals[index] = (totals[index] ?? 0) + seen;
  }
  return totals;
}
