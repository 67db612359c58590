import { GraphQLError, Kind } from 'graphql';
import { CUSTOMER_CHANGES } from './customer-changes.ts';
import { CUSTOMER_RESOLVERS } from './customers.ts';
import { GROUP_RESOLVERS } from './groups.ts';
import { ISSUE_RESOLVERS } from './issues.ts';
import { LINK_CHANGES } from './link-changes.ts';
import { QUERY_RESOLVERS } from './query.ts';

/** ISO 8601 to the second, as GitLab has it. */
const timeText = (value: unknown): string => {
  if (value instanceof Date) return value.toISOString().replace(/\.\d{3}Z$/, 'Z');
  throw new Error('a Time is made of a Date');
};

/** Ids are texts here; what they stand for is read where they are used, which knows GitLab's words for each. */
const idText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new GraphQLError('A global id is a text such as "gid://gitlab/Group/1"');
};

const idScalar = {
  serialize: idText,
  parseValue: idText,
  parseLiteral: (node: { kind: string; value?: unknown }): string => {
    if (node.kind === Kind.STRING || node.kind === Kind.INT) return String(node.value);
    throw new GraphQLError('A global id is a text such as "gid://gitlab/Group/1"');
  },
};

const counted = { count: (connection: { count?: () => Promise<number> }) => connection.count?.() ?? 0 };

/** Every resolver, by type and field. Made anew for each schema, which takes parts of it out. */
export const createResolvers = () => ({
  ...QUERY_RESOLVERS,
  ...GROUP_RESOLVERS,
  ...CUSTOMER_RESOLVERS,
  ...ISSUE_RESOLVERS,
  IssueConnection: counted,
  CustomerRelationsTransferConnection: counted,
  Mutation: { ...CUSTOMER_CHANGES, ...LINK_CHANGES },
  Time: { serialize: timeText },
  GroupID: idScalar,
  IssueID: idScalar,
  WorkItemID: idScalar,
  CustomerRelationsContactID: idScalar,
  CustomerRelationsOrganizationID: idScalar,
});
