import { GraphQLError } from 'graphql';

/** The arguments of every list. */
export interface PageArgs {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** GitLab's: longer pages are cut to it, and it is the page where none is asked for. */
export const MAX_PAGE = 100;

export type Page =
  | { readonly first: number; readonly after: string | null }
  | { readonly last: number; readonly before: string | null };

/** Which page is asked for. Throws in GitLab's words for what cannot be one. */
export function pageOf({ first, last, after, before }: PageArgs): Page {
  const isNumber = (value: number | null | undefined): value is number => typeof value === 'number';
  if (isNumber(first) && isNumber(last)) {
    throw new GraphQLError('Can only provide either `first` or `last`, not both');
  }
  if ((first ?? 0) < 0 || (last ?? 0) < 0) {
    throw new GraphQLError('`first` and `last` must be at least 0');
  }
  // GitLab's own pages send empty cursors for none.
  const backwards = isNumber(last) || (!isNumber(first) && Boolean(before) && !after);
  if ((backwards && after) || (!backwards && before)) {
    throw new GraphQLError('`after` goes with `first`, and `before` with `last`');
  }
  return backwards
    ? { last: Math.min(last ?? MAX_PAGE, MAX_PAGE), before: before || null }
    : { first: Math.min(first ?? MAX_PAGE, MAX_PAGE), after: after || null };
}

/** Rows in order, each with its cursor. */
export interface Rows<Row> {
  readonly rows: readonly { readonly row: Row; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A list as GraphQL has it: what a query does not select is not made. */
export class Connection<Node> {
  readonly #rows: Rows<Node>;

  constructor(rows: Rows<Node>) {
    this.#rows = rows;
  }

  get nodes(): Node[] {
    return this.#rows.rows.map(({ row }) => row);
  }

  get edges(): { cursor: string; node: Node }[] {
    return this.#rows.rows.map(({ row, cursor }) => ({ cursor, node: row }));
  }

  get pageInfo() {
    const { rows, hasNextPage, hasPreviousPage } = this.#rows;
    return {
      hasNextPage,
      hasPreviousPage,
      startCursor: rows[0]?.cursor ?? null,
      endCursor: rows.at(-1)?.cursor ?? null,
    };
  }
}

/** The rows made into nodes; a cursor is made when it is asked for. */
export function connectionOf<Row, Node>(listed: Rows<Row>, toNode: (row: Row) => Node): Connection<Node> {
  const rows = listed.rows.map((each) => ({
    row: toNode(each.row),
    get cursor() {
      return each.cursor;
    },
  }));
  return new Connection({ ...listed, rows });
}

/** What is given to those who may not see a list. */
export const emptyConnection = <Node>(): Connection<Node> =>
  new Connection({ rows: [], hasNextPage: false, hasPreviousPage: false });
