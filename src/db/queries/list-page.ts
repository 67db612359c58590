/** Which part of a list is wanted: `first` rows behind a cursor, or the `last` ones before one. */
export type ListPage =
  | { readonly first: number; readonly after: string | null }
  | { readonly last: number; readonly before: string | null };

/** One page of a list. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** The place in the list of the row of this index. Made when asked for: a page mostly needs one or two of them. */
  readonly cursorAt: (index: number) => string;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A page without rows. */
export const EMPTY_PAGE: Listed<never> = {
  rows: [],
  cursorAt: (index) => {
    throw new RangeError(`there is no row ${index} on an empty page`);
  },
  hasNextPage: false,
  hasPreviousPage: false,
};

/** The same rows made into something else. */
export const mapListed = <Row, Other>(listed: Listed<Row>, change: (row: Row) => Other): Listed<Other> => ({
  ...listed,
  rows: listed.rows.map(change),
});
