import {
  type ArgumentNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** What a document would take, told from its text alone, and what it wants to know. */
export interface DocumentShape {
  readonly depth: number;
  /** Fields, those of a fragment counted wherever it is spread. */
  readonly fieldCount: number;
  readonly aliasCount: number;
  readonly introspects: boolean;
  readonly operations: readonly OperationDefinitionNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

interface Measure {
  readonly depth: number;
  readonly fieldCount: number;
  readonly aliasCount: number;
  readonly introspects: boolean;
}

const NOTHING: Measure = { depth: 0, fieldCount: 0, aliasCount: 0, introspects: false };
/** What a fragment that holds itself comes to. */
const ENDLESS: Measure = { ...NOTHING, depth: Number.POSITIVE_INFINITY };

/** Measures a document, each fragment once, so that fragments of fragments take no time. */
export function shapeOf(document: DocumentNode): DocumentShape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const measure = measurer(fragments);
  // Fragments that nobody spreads are validated all the same.
  const sets = [...operations, ...fragments.values()].map(({ selectionSet }) => measure(selectionSet));
  return { ...sum(sets), operations, fragments };
}

const sum = (parts: readonly Measure[]): Measure => ({
  depth: Math.max(0, ...parts.map(({ depth }) => depth)),
  fieldCount: parts.reduce((total, { fieldCount }) => total + fieldCount, 0),
  aliasCount: parts.reduce((total, { aliasCount }) => total + aliasCount, 0),
  introspects: parts.some(({ introspects }) => introspects),
});

function measurer(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const known = new Map<string, Measure>();
  const ofFragment = (name: string): Measure => {
    const before = known.get(name);
    if (before) return before;
    const fragment = fragments.get(name);
    if (!fragment) return NOTHING;
    known.set(name, ENDLESS);
    const measured = ofSet(fragment.selectionSet);
    known.set(name, measured);
    return measured;
  };
  const ofSet = (set: SelectionSetNode | undefined): Measure =>
    sum(
      (set?.selections ?? []).map((selection): Measure => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
        const below = ofSet(selection.selectionSet);
        if (selection.kind === Kind.INLINE_FRAGMENT) return below;
        const name = selection.name.value;
        return {
          depth: below.depth + 1,
          fieldCount: below.fieldCount + 1,
          aliasCount: below.aliasCount + (selection.alias ? 1 : 0),
          introspects: below.introspects || name === '__schema' || name === '__type',
        };
      }),
    );
  return ofSet;
}

/** The fields that give a page of rows. */
const LISTS: ReadonlySet<string> = new Set([
  'contacts',
  'organizations',
  'issues',
  'customerRelationsContacts',
  'customerRelationsTransfers',
]);

type Variables = Readonly<Record<string, unknown>>;

/** How many rows an operation may give at most, a list in a list counted once for each row around it. */
export function rowCount(
  operation: OperationDefinitionNode,
  { fragments }: Pick<DocumentShape, 'fragments'>,
  { variables, maxPage }: { variables: Variables; maxPage: number },
): number {
  const known = new Map<string, number>();
  const below = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce((total, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return total + ofFragment(selection.name.value);
      const inner = below(selection.selectionSet);
      if (selection.kind === Kind.INLINE_FRAGMENT || !LISTS.has(selection.name.value)) return total + inner;
      const page = pageSize(selection.arguments ?? [], variables, maxPage);
      return total + page * (1 + inner);
    }, 0);
  const ofFragment = (name: string): number => {
    const count = known.get(name) ?? below(fragments.get(name)?.selectionSet);
    known.set(name, count);
    return count;
  };
  return below(operation.selectionSet);
}

/** The page that arguments ask for, or the longest there is; no more than the ids that are asked for. */
function pageSize(args: readonly ArgumentNode[], variables: Variables, maxPage: number): number {
  let size = maxPage;
  for (const { name, value } of args) {
    const given = value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
    if (name.value === 'ids') {
      const ids = value.kind === Kind.LIST ? value.values : given;
      if (Array.isArray(ids)) size = Math.min(size, ids.length);
    } else if (name.value === 'first' || name.value === 'last') {
      const count = value.kind === Kind.INT ? Number(value.value) : given;
      if (typeof count === 'number') size = Math.min(size, Math.max(0, count));
    }
  }
  return size;
}
