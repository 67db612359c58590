/** Which part of a list is wanted: `first` rows behind a cursor, or the `last` ones before one. */
export type ListPage =
  | { readonly first: number; readonly after: string | null }
  | { readonly last: number; readonly before: string | null };

/** One page of a list. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** The place of one of the rows in the list. Made when it is asked for: a page of rows mostly needs one or two. */
  readonly cursorOf: (row: Row) => string;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}
