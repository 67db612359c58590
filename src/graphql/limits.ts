import { type DocumentNode, GraphQLError, type OperationDefinitionNode } from 'graphql';
import { MAX_PAGE } from './connections.ts';
import { type DocumentShape, rowCount, shapeOf } from './document-shape.ts';

/** What one request may ask for. Each is more than any client of GitLab's CRM needs. */
export const LIMITS = {
  bodyBytes: 100 * 1024,
  /** GitLab's own. */
  queryCharacters: 10_000,
  tokens: 2_000,
  /** GitLab's own for the signed-in. */
  depth: 20,
  aliases: 30,
  fields: 500,
  /** Rows that the pages asked for could hold: a full page with a full page in each row, and some more. */
  rows: 11_000,
  page: MAX_PAGE,
} as const;

const shapes = new WeakMap<DocumentNode, DocumentShape>();

/** The shape of a document that may be asked for again. */
export function knownShape(document: DocumentNode): DocumentShape {
  const known = shapes.get(document) ?? shapeOf(document);
  shapes.set(document, known);
  return known;
}

const over = (what: string, count: number, max: number): GraphQLError =>
  new GraphQLError(`Query has ${what} of ${count}, which exceeds max ${what} of ${max}`);

/** Throws for a document that is too much whatever its variables are. Comes before validation, which takes time. */
export function requireSize(document: DocumentNode): void {
  const { depth, fieldCount, aliasCount } = knownShape(document);
  if (depth > LIMITS.depth) throw over('depth', depth, LIMITS.depth);
  if (aliasCount > LIMITS.aliases) throw over('aliases', aliasCount, LIMITS.aliases);
  if (fieldCount > LIMITS.fields) throw over('fields', fieldCount, LIMITS.fields);
}

/** Throws for an operation that could give too many rows with these variables. */
export function requireCost(
  document: DocumentNode,
  { operation, variables }: { operation: OperationDefinitionNode; variables: Record<string, unknown> },
): void {
  const count = fixedCount(document, operation) ?? countWith(document, operation, variables);
  if (count > LIMITS.rows) throw over('complexity', count, LIMITS.rows);
}

const countWith = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): number => rowCount(operation, knownShape(document), { variables, maxPage: LIMITS.page });

const fixedCounts = new WeakMap<OperationDefinitionNode, number>();

/** Of an operation without variables, counted once; null for any other. */
function fixedCount(document: DocumentNode, operation: OperationDefinitionNode): number | null {
  if ((operation.variableDefinitions ?? []).length > 0) return null;
  const count = fixedCounts.get(operation) ?? countWith(document, operation, {});
  fixedCounts.set(operation, count);
  return count;
}
