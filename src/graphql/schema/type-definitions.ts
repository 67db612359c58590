import { CUSTOMER_TYPES } from './customers.ts';
import { MUTATION_TYPES } from './mutations.ts';
import { PLACE_TYPES } from './places.ts';
import { QUERY_TYPES } from './query.ts';
import { TRANSFER_TYPES } from './transfers.ts';

/** The whole schema in GraphQL's own language. */
export const TYPE_DEFINITIONS = [
  QUERY_TYPES,
  CUSTOMER_TYPES,
  PLACE_TYPES,
  TRANSFER_TYPES,
  MUTATION_TYPES,
].join('\n');
