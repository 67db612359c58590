import type { FastifyInstance, FastifyReply } from 'fastify';
import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import type { ApiContext } from './context.ts';
import { messageOnly, notAvailable, tellable } from './errors.ts';
import { knownShape, LIMITS, requireCost, requireSize } from './limits.ts';

/** One operation as it came in. */
export interface ApiRequest {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly operationName: string | null;
}

/** As clients get it. */
export interface ApiAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

/** What the library hands on to hooks and resolvers. */
interface Inside extends ApiContext {
  readonly operationName: string | null;
}

const NAME = /^[_A-Za-z][_0-9A-Za-z]*$/;
const FAULT = 'Internal server error';

/**
 * Runs one operation. A document is kept compiled under its text, so an operation that is named becomes part of the
 * text: otherwise the next one to be named in the same document would be taken for the first.
 */
export async function runRequest(
  app: FastifyInstance,
  request: ApiRequest,
  { context, reply }: { context: ApiContext; reply: FastifyReply },
): Promise<ApiAnswer> {
  const { query, variables, operationName } = request;
  if (query.length > LIMITS.queryCharacters) return messageOnly('Query too large');
  if (operationName !== null && !NAME.test(operationName)) return messageOnly('Unknown operation');
  const source = operationName === null ? query : `${query}\n# ${operationName}`;
  try {
    const inside: Inside = { ...context, operationName };
    const result = await app.graphql(source, inside, variables, operationName ?? undefined);
    const { data, errors } = result as ApiAnswer;
    if (errors === undefined) return { data };
    return { data, errors: errors.map((error) => presentError(error, reply, context)) };
  } catch (error) {
    const found = (error as { errors?: readonly unknown[] }).errors ?? [error];
    return { errors: found.map((one) => presentError(one, reply, context)) };
  }
}

/** What a caller is told of an error: our own faults stay ours, and strangers get no hints of what there is. */
function presentError(error: unknown, reply: FastifyReply, { caller }: ApiContext): { message: string } {
  const { originalError, locations, path } = error as Partial<GraphQLError>;
  const raised: unknown = originalError ?? error;
  const told = tellable(raised) ?? (isMeant(raised) ? raised.message : null);
  if (told === null) reply.log.error({ err: raised }, 'a GraphQL request failed');
  const hints = / Did you mean .*$/s;
  return {
    message: told === null ? FAULT : caller === null ? told.replace(hints, '') : told,
    ...(locations && { locations }),
    ...(path && { path }),
  };
}

/**
 * Raised on purpose, or by GraphQL itself over what was asked; not by a resolver that broke. By name, since the
 * compiled form of a query has a class of its own for it.
 */
const isMeant = (raised: unknown): raised is Error =>
  raised instanceof Error && raised.name === 'GraphQLError';

function operationOf(document: DocumentNode, name: string | null): OperationDefinitionNode | null {
  const { operations } = knownShape(document);
  if (name === null) return operations.length === 1 ? (operations[0] ?? null) : null;
  return operations.find((operation) => operation.name?.value === name) ?? null;
}

/** The variables with the defaults of those that were left out. */
function valued(operation: OperationDefinitionNode, given: Record<string, unknown>): Record<string, unknown> {
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...given };
}

/** Refuses what is over its limits before anything of it is run. */
export function guardOperations(app: FastifyInstance): void {
  app.graphql.addHook('preValidation', async (_schema, document) => requireSize(document));
  app.graphql.addHook<Inside>('preExecution', async (_schema, document, inside, variables) => {
    const { caller, operationName } = inside;
    const given = variables ?? {};
    const operation = operationOf(document, operationName);
    if (operation === null) throw new GraphQLError('Must provide the name of one of the operations');
    requireCost(document, { operation, variables: valued(operation, given) });
    if (knownShape(document).introspects && caller === null) {
      throw new GraphQLError('Introspection takes a token');
    }
    if (operation.operation === 'mutation' && !caller?.mayWrite) throw notAvailable();
  });
}
