import {
  buildSchema,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { TYPE_DEFINITIONS } from '../../src/graphql/schema/type-definitions.ts';

/** The schema without its resolvers. */
export const SCHEMA = buildSchema(TYPE_DEFINITIONS);

export const typeNamed = (name: string): GraphQLObjectType => {
  const type = SCHEMA.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is no object type`);
  return type;
};

const LISTED: ReadonlySet<string> = new Set(['first', 'last']);

/** Every field of a type, and of what they lead to, each list with few rows; `depth` counts the levels of objects. */
export function everyField(type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).map((field) => selectionOf(field, depth));
  return ['__typename', ...fields].filter((text) => text !== '').join(' ');
}

function selectionOf(field: GraphQLField<unknown, unknown>, depth: number): string {
  if (field.args.some((arg) => isRequiredArgument(arg))) return '';
  const named = getNamedType(field.type);
  const args = field.args.some(({ name }) => LISTED.has(name)) ? '(first: 2)' : '';
  if (isLeafType(named)) return field.name;
  if (depth === 0) return '';
  if (isInterfaceType(named)) {
    const kinds = SCHEMA.getPossibleTypes(named).map(
      (kind) => `... on ${kind.name} { ${everyField(kind, depth - 1)} }`,
    );
    return `${field.name}${args} { ${kinds.join(' ')} }`;
  }
  return isObjectType(named) ? `${field.name}${args} { ${everyField(named, depth - 1)} }` : '';
}
