import {
  type GraphQLArgument,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { SCHEMA } from './every-field.ts';

/** A number from 0 up to `below`, not included. */
export type Draw = (below: number) => number;

/** A generator that gives the same for the same seed (mulberry32). */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What is sent, and whether it must be refused whatever else is said of it. */
export interface Generated {
  readonly kind: string;
  readonly body: string;
  readonly isOverLimits: boolean;
}

const TEXTS = [
  'acme',
  'acme/support',
  'acme/app',
  'globex',
  'nowhere',
  '',
  '%',
  '_',
  '\\',
  '1',
  '2',
  '0',
  '-1',
  '99999999999999999999',
  'ada',
  'wide "open',
  '"',
  "'; DROP TABLE contacts; --",
  '\u0000',
  '\ud800',
  '💥',
  'x'.repeat(3_000),
  'é'.normalize('NFD'),
  'gid://gitlab/Group/101',
  'gid://gitlab/CustomerRelations::Contact/1',
  'gid://gitlab/CustomerRelations::Organization/1',
  'gid://gitlab/Issue/5001',
  'gid://gitlab/WorkItem/5001',
  'gid://gitlab/CustomerRelations::Contact/9223372036854775808',
  'gid://gitlab/User/2',
  'gid://',
  'WyJMQVNUX05BTUUiLGZhbHNlLGZhbHNlLCJhaWtlbiIsIiMxNCJd',
  'W10',
  'e30',
  '../../etc',
  '__proto__',
];
const NUMBERS = [0, 1, 2, 3, 5, 20, 100, 101, -1, 2_147_483_647, 1e21, 0.005, -0.5];

const pick = <Value>(draw: Draw, values: readonly Value[]): Value => values[draw(values.length)] as Value;

/** A value as it is written in a query. */
function literal(draw: Draw, type: GraphQLInputType, depth = 0): string {
  if (isNonNullType(type)) return literal(draw, getNullableType(type), depth);
  if (draw(12) === 0) return 'null';
  if (isListType(type)) {
    return `[${Array.from({ length: draw(4) }, () => literal(draw, type.ofType, depth + 1)).join(', ')}]`;
  }
  if (isEnumType(type)) return pick(draw, (type as GraphQLEnumType).getValues()).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || draw(2) === 0,
    );
    return `{ ${fields.map((field) => `${field.name}: ${literal(draw, field.type, depth + 1)}`).join(', ')} }`;
  }
  switch (getNamedType(type).name) {
    case 'Int':
      return String(
        Math.trunc(
          pick(
            draw,
            NUMBERS.filter((number) => Math.abs(number) < 2 ** 31),
          ),
        ),
      );
    case 'Float':
      return String(pick(draw, NUMBERS));
    case 'Boolean':
      return pick(draw, ['true', 'false']);
    default:
      return JSON.stringify(pick(draw, TEXTS));
  }
}

const PLACES = ['acme', 'acme', 'acme/support', 'acme/app', 'acme/support/desk', 'globex', 'globex/portal'];
const NUMBERED: ReadonlySet<string> = new Set(['iid', 'crmContactId', 'crmOrganizationId']);

/** Mostly of something that is there: what is not found leads to nothing else. */
function argumentOf(draw: Draw, { name, type }: GraphQLArgument): string {
  if (/path$/i.test(name) && draw(5) > 0) return JSON.stringify(pick(draw, PLACES));
  if (NUMBERED.has(name) && draw(5) > 0) return `"${1 + draw(6)}"`;
  return literal(draw, type);
}

function argsOf(draw: Draw, args: readonly GraphQLArgument[]): string {
  const isPaged = args.some(({ name }) => name === 'first');
  const given = args
    .filter((arg) => (isNonNullType(arg.type) ? true : draw(3) === 0))
    .filter(({ name }) => !isPaged || !['first', 'last'].includes(name));
  const page = isPaged && draw(5) > 0 ? [`first: ${draw(6)}`] : [];
  const all = [...given.map((arg) => `${arg.name}: ${argumentOf(draw, arg)}`), ...page];
  return all.length === 0 ? '' : `(${all.join(', ')})`;
}

function fieldOf(draw: Draw, field: GraphQLField<unknown, unknown>, depth: number): string {
  const named = getNamedType(field.type);
  const alias = draw(8) === 0 ? `a${draw(3)}: ` : '';
  const directive = draw(15) === 0 ? ` @${pick(draw, ['skip', 'include'])}(if: ${draw(2) === 0})` : '';
  const head = `${alias}${field.name}${argsOf(draw, field.args)}${directive}`;
  if (isLeafType(named)) return head;
  if (isInterfaceType(named)) {
    const kinds = SCHEMA.getPossibleTypes(named).map(
      (kind) => `... on ${kind.name} ${setOf(draw, kind, depth - 1)}`,
    );
    return `${head} { ${kinds.join(' ')} }`;
  }
  return `${head} ${setOf(draw, named as GraphQLObjectType, depth - 1)}`;
}

/** Some fields of a type; objects while there is depth left. */
function setOf(draw: Draw, type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields());
  const able = fields.filter((field) => depth > 0 || isLeafType(getNamedType(field.type)));
  const chosen = able.filter(() => draw(able.length) < 4).slice(0, 8);
  const texts = chosen.map((field) => fieldOf(draw, field, depth));
  if (texts.length === 0 || draw(6) === 0) texts.push('__typename');
  return `{ ${texts.join(' ')} }`;
}

function operation(draw: Draw): string {
  const type = draw(5) === 0 ? SCHEMA.getMutationType() : SCHEMA.getQueryType();
  if (!isObjectType(type)) throw new Error('the schema has no such root');
  return `${type.name === 'Mutation' ? 'mutation' : 'query'} ${setOf(draw, type, 6)}`;
}

/** One or more characters changed, so that it may be no query any more. */
function broken(draw: Draw, query: string): string {
  let text = query;
  for (let count = 0; count <= draw(4); count += 1) {
    const at = draw(text.length);
    const insert = pick(draw, [
      '{',
      '}',
      '(',
      ')',
      ':',
      '"',
      '"""',
      '$x',
      '...',
      '@skip',
      '!',
      '#',
      '\u0000',
      'zz',
      '',
    ]);
    text = text.slice(0, at) + insert + text.slice(at + draw(5));
  }
  return text;
}

const group = (inner: string): string => `{ group(fullPath: "acme") ${inner} }`;

/** Queries that are meant to do harm; each is over some limit, so none of it may be run. */
const HOSTILE: Readonly<Record<string, (draw: Draw) => string>> = {
  deep: (draw) => {
    const depth = 20 + draw(200);
    return group(`${'{ parent '.repeat(depth)}{ id }${'}'.repeat(depth)}`);
  },
  aliases: (draw) =>
    `{ ${Array.from({ length: 31 + draw(60) }, (_, n) => `a${n}: currentUser { id }`).join(' ')} }`,
  fields: (draw) => `{ ${'currentUser { id } '.repeat(260 + draw(50))} }`,
  rows: (draw) =>
    group(
      `{ organizations(first: ${60 + draw(41)}) { nodes { contacts { nodes { issues(first: 2) { nodes { id } } } } } } }`,
    ),
  cycle: () =>
    'fragment A on Group { parent { ...B } } fragment B on Group { parent { ...A } } { group(fullPath: "acme") { ...A } }',
  laughs: (draw) => {
    const size = 12 + draw(10);
    const fragments = Array.from(
      { length: size },
      (_, n) => `fragment F${n} on Group { ...F${n + 1} ...F${n + 1} }`,
    );
    return `${fragments.join(' ')} fragment F${size} on Group { id } ${group('{ ...F0 }')}`;
  },
  tokens: (draw) => `{ ${'__typename @skip(if: true) '.repeat(300 + draw(60))} }`,
  long: (draw) => `{ echo(text: "${'x'.repeat(10_000 + draw(50_000))}") }`,
  schemas: () =>
    `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`,
};

/** The body of one request out of the grammar: valid, broken, hostile, or no query at all. */
export function generate(draw: Draw): Generated {
  const choice = draw(10);
  if (choice < 6)
    return { kind: 'valid', body: JSON.stringify({ query: operation(draw) }), isOverLimits: false };
  if (choice < 8) {
    return {
      kind: 'broken',
      body: JSON.stringify({ query: broken(draw, operation(draw)) }),
      isOverLimits: false,
    };
  }
  if (choice === 8) {
    const kind = pick(draw, Object.keys(HOSTILE));
    const query = HOSTILE[kind]?.(draw) ?? '';
    return { kind, body: JSON.stringify({ query }), isOverLimits: true };
  }
  const odd: readonly unknown[] = [
    null,
    [],
    [{ query: '{ __typename }' }],
    'text',
    12,
    {},
    { query: 12 },
    { query: '{ __typename }', variables: 'x' },
    { query: 'query ($n: Int!) { __typename }', variables: { n: 'x' } },
    { query: '{ __typename }', operationName: 'No\u2028such' },
    {
      query: 'query A { __typename } query B { __typename }',
      operationName: pick(draw, ['A', 'B', 'C', '']),
    },
    { query: 'query ($f: ID!) { group(fullPath: $f) { id } }', variables: { f: pick(draw, TEXTS) } },
    {
      query: 'query ($n: Int) { group(fullPath: "acme") { contacts(first: $n) { nodes { id } } } }',
      variables: { n: pick(draw, NUMBERS) },
    },
  ];
  return { kind: 'odd', body: JSON.stringify(pick(draw, odd)), isOverLimits: false };
}
