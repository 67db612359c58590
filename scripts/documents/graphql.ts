import { buildSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { TYPE_DEFINITIONS } from '../../src/graphql/schema/type-definitions.ts';

/** docs/schema.graphql: the whole schema, for clients' tools and to see what a change does to it. */
export const schemaDocument = (): string =>
  `# Written by scripts/generate-docs.ts out of the code; changes made here are lost.\n\n${printSchema(
    lexicographicSortSchema(buildSchema(TYPE_DEFINITIONS)),
  )}\n`;
