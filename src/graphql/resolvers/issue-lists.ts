import type { GroupId } from '../../domain/ids.ts';
import {
  countIssues,
  type IssueFilter,
  type IssueListing,
  type IssueSort,
  listIssues,
} from '../../services/issues/list-issues.ts';
import type { CustomerKey } from '../../services/organizations/get-organizations.ts';
import {
  Connection,
  EMPTY_ROWS,
  emptyConnection,
  nodesOf,
  type PageArgs,
  pageOf,
  type Rows,
} from '../connections.ts';
import type { ApiContext } from '../context.ts';
import { type IssueNode, toIssueNode } from '../issue-node.ts';

export interface IssueListArgs extends PageArgs {
  readonly state?: 'all' | 'opened' | 'closed' | null;
  readonly iids?: readonly string[] | null;
  readonly sort?: 'CREATED_ASC' | 'CREATED_DESC' | 'UPDATED_ASC' | 'UPDATED_DESC' | null;
}

/** A list of issues, which counts them when that is asked for. */
export class IssueConnection extends Connection<IssueNode> {
  readonly count: () => Promise<number>;

  constructor(rows: Rows<IssueNode>, count: () => Promise<number>) {
    super(rows);
    this.count = count;
  }
}

const NEWEST: IssueSort = { field: 'CREATED', descending: true };

function sortOf(sort: IssueListArgs['sort']): IssueSort {
  if (!sort) return NEWEST;
  const [field, direction] = sort.split('_');
  return { field: field === 'UPDATED' ? 'UPDATED' : 'CREATED', descending: direction === 'DESC' };
}

/** Numbers that no issue has are left out, so that a list of nothing else gives nothing. */
function filterOf({ state, iids }: IssueListArgs): Pick<IssueFilter, 'state' | 'iids'> {
  const numbers = iids?.filter((iid) => /^\d{1,9}$/.test(iid)).map(Number) ?? null;
  return { state: state === 'opened' || state === 'closed' ? state : null, iids: numbers };
}

interface LinkedTo {
  readonly of: 'contact' | 'organization';
  readonly key: CustomerKey;
  readonly args: IssueListArgs;
}

/** The issues of a contact or organization, read for all that a query shows at once. */
export function linkedIssues(context: ApiContext, { of, key, args }: LinkedTo): Promise<IssueConnection> {
  const { actor } = context;
  if (actor === null) return Promise.resolve(new IssueConnection(EMPTY_ROWS, async () => 0));
  const page = pageOf(args);
  const filter = { ...filterOf(args), linked: null };
  const sort = sortOf(args.sort);
  const name = `${of} ${JSON.stringify(filter)}`;
  const listing = (keys: readonly CustomerKey[]): IssueListing => ({
    ...filter,
    scope: { of, keys },
    anchor: keys[0]?.crmGroupId ?? null,
  });
  const load = context.batch(
    `issues of ${name} ${JSON.stringify(page)}`,
    async (keys: readonly CustomerKey[]) => listIssues(context.deps, actor, { ...listing(keys), sort, page }),
  );
  const count = context.batch(`count of issues of ${name}`, (keys: readonly CustomerKey[]) =>
    countIssues(context.deps, actor, listing(keys)),
  );
  return load(key).then((listed) => new IssueConnection(nodesOf(listed, toIssueNode), () => count(key)));
}

/** The issues of a group or project. */
export async function issuesOfPlace(
  context: ApiContext,
  place: { scope: IssueListing['scope']; anchor: GroupId | null; linked: IssueFilter['linked'] },
  args: IssueListArgs,
): Promise<Connection<IssueNode>> {
  const { actor, deps } = context;
  if (actor === null) return emptyConnection();
  const listing = { ...place, ...filterOf(args) };
  const [listed] = await listIssues(deps, actor, {
    ...listing,
    sort: sortOf(args.sort),
    page: pageOf(args),
  });
  return new IssueConnection(listed ? nodesOf(listed, toIssueNode) : EMPTY_ROWS, async () => {
    const [count] = await countIssues(deps, actor, listing);
    return count ?? 0;
  });
}
