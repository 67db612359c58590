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

/** A page of rows, and the place of each by its index. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly cursorAt: (index: number) => string;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A list as GraphQL has it: what a query does not select is not made. */
export class Connection<Node> {
  readonly #page: Rows<Node>;

  constructor(page: Rows<Node>) {
    this.#page = page;
  }

  get nodes(): readonly Node[] {
    return this.#page.rows;
  }

  get edges(): { cursor: string; node: Node }[] {
    return this.#page.rows.map((node, index) => ({ cursor: this.#page.cursorAt(index), node }));
  }

  get pageInfo(): PageInfo {
    return new PageInfo(this.#page);
  }
}

class PageInfo {
  readonly #page: Rows<unknown>;

  constructor(page: Rows<unknown>) {
    this.#page = page;
  }

  get hasNextPage(): boolean {
    return this.#page.hasNextPage;
  }

  get hasPreviousPage(): boolean {
    return this.#page.hasPreviousPage;
  }

  get startCursor(): string | null {
    return this.#page.rows.length === 0 ? null : this.#page.cursorAt(0);
  }

  get endCursor(): string | null {
    const { rows, cursorAt } = this.#page;
    return rows.length === 0 ? null : cursorAt(rows.length - 1);
  }
}

/** The rows of a page made into nodes. */
export const nodesOf = <Row, Node>(page: Rows<Row>, toNode: (row: Row) => Node): Rows<Node> => ({
  ...page,
  rows: page.rows.map(toNode),
});

/** The same as a list. */
export const connectionOf = <Row, Node>(page: Rows<Row>, toNode: (row: Row) => Node): Connection<Node> =>
  new Connection(nodesOf(page, toNode));

/** A page without rows. */
export const EMPTY_ROWS: Rows<never> = {
  rows: [],
  cursorAt: () => '',
  hasNextPage: false,
  hasPreviousPage: false,
};

/** What is given to those who may not see a list. */
export const emptyConnection = <Node>(): Connection<Node> => new Connection<Node>(EMPTY_ROWS);
