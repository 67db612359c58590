import { type Actor, groupPlace, placeKey } from '../../src/domain/actor.ts';
import { gitLabUserId, groupId } from '../../src/domain/ids.ts';
import { type CustomerFound, searchCustomers } from '../../src/services/contacts/search-customers.ts';
import { suggestContacts } from '../../src/services/contacts/suggest-contacts.ts';
import type { ServiceDeps } from '../../src/services/deps.ts';
import type { OpenedCrmGroup } from '../../src/services/groups/open-crm-group.ts';
import { BY_HAND } from './by-hand.ts';
import type { Shape } from './measure.ts';
import type { Bench } from './server.ts';

const PAGE_SIZE = 8;

/** Somebody who may view there, as the services take them once the roles are known. */
const known = new Map<bigint, OpenedCrmGroup>();

function opened(id: bigint): OpenedCrmGroup {
  const found = known.get(id) ?? open(id);
  known.set(id, found);
  return found;
}

function open(id: bigint): OpenedCrmGroup {
  const group = groupId(id);
  const actor: Actor = {
    userId: gitLabUserId(1n),
    username: 'bench',
    name: 'Bench',
    surface: 'slack',
    deliveryKey: 'bench',
    runKey: 'bench',
    position: 0,
    roles: new Map([[placeKey(groupPlace(group)), 'owner']]),
  };
  const fullPath = `group-${id}`;
  return {
    actor,
    group: { id: group, fullPath },
    crmGroup: { kind: 'crm_group', id: group, fullPath, crmEnabled: true },
  };
}

interface Query {
  readonly name: string;
  readonly group: (turn: number) => bigint;
  readonly statement: keyof typeof BY_HAND;
  /** A statement that by hand has to come first and find nothing. */
  readonly before?: keyof typeof BY_HAND;
  /** The parameters by hand; the words typed are the first, or both with `both`. */
  readonly words: (turn: number) => readonly string[];
  readonly typed?: ((turn: number) => readonly string[]) | undefined;
  readonly suggests?: boolean;
  /** The words, where they are taken from people who are there. */
  readonly of?: (person: (turn: number) => Person) => Pick<Query, 'words' | 'typed'>;
}

interface Person {
  readonly email: string;
  readonly last: string;
  readonly company: string;
}

const cycle =
  (...all: (readonly string[])[]) =>
  (turn: number): readonly string[] =>
    all[turn % all.length] ?? [];
const huge = (): bigint => 1n;
const small = (turn: number): bigint => BigInt(2 + ((turn * 7) % 900));

const QUERIES: readonly Query[] = [
  {
    name: 'small group: prefix of 3',
    group: small,
    statement: 'holding',
    words: cycle(['mar'], ['and'], ['rob']),
  },
  {
    name: 'small group: substring of 4',
    group: small,
    statement: 'holding',
    words: cycle(['idge'], ['obin'], ['rgar']),
  },
  {
    name: 'huge group: exact e-mail',
    group: huge,
    statement: 'email',
    words: () => [],
    of: (person) => ({
      words: (turn) => [person(turn).email, (person(turn).email.split('@')[0] ?? '').slice(-12)],
      typed: (turn) => [person(turn).email],
    }),
  },
  {
    name: 'huge group: prefix of 3',
    group: huge,
    statement: 'prefix',
    words: cycle(['mar'], ['and'], ['rod'], ['jen']),
  },
  {
    name: 'huge group: substring of 4',
    group: huge,
    statement: 'holding',
    words: cycle(['idge'], ['obin'], ['rgar']),
  },
  {
    name: 'huge group: common word',
    group: huge,
    statement: 'common',
    words: cycle(['renewal'], ['renewa']),
  },
  {
    name: 'huge group: two words',
    group: huge,
    statement: 'holdingBoth',
    words: () => [],
    of: (person) => ({ words: (turn) => [person(turn).last, person(turn).company] }),
  },
  {
    name: 'huge group: organization',
    group: huge,
    statement: 'organization',
    words: cycle(
      ['quantum optics 1', '%uant%ptic% 1%'],
      ['blue foods 2', '%blue%oods% 2%'],
      ['iron marine 3', '%iron%arin% 3%'],
    ),
    typed: cycle(['quantum optics 1'], ['blue foods 2'], ['iron marine 3']),
  },
  {
    name: 'huge group: a letter wrong',
    group: huge,
    statement: 'near',
    before: 'holding',
    words: cycle(['lovleace'], ['robinbrigde'], ['thompwotrh']),
  },
  {
    name: 'huge group: no match',
    group: huge,
    statement: 'near',
    before: 'holding',
    words: cycle(['zzqqxx'], ['xylopho'], ['qwertzu']),
  },
  {
    name: 'huge group: autocomplete of 2',
    group: huge,
    statement: 'suggest',
    words: cycle(['ma'], ['ad'], ['jo'], ['sm']),
    suggests: true,
  },
  {
    name: 'huge group: autocomplete of 5',
    group: huge,
    statement: 'suggest',
    words: cycle(['marga'], ['lovel'], ['rodri']),
    suggests: true,
  },
];

/** Every kind of query that is measured. */
export async function shapes(bench: Bench): Promise<Shape[]> {
  const { rows } = await bench.byHand.query<Person>(`
    SELECT email, lower(last_name) AS last, lower(split_part(organization_name, ' ', 2)) AS company FROM contacts
    WHERE crm_group_id = 1 AND active AND organization_name IS NOT NULL AND last_name ~ '^[A-Za-z]+$'
      AND email ~ '^[a-z0-9.@]+$' ORDER BY hashint8(id) LIMIT 200`);
  const person = (turn: number): Person => rows[turn % rows.length] ?? { email: '', last: '', company: '' };
  return QUERIES.map((query) =>
    shapeOf(bench, query.of === undefined ? query : { ...query, ...query.of(person) }),
  );
}

function shapeOf({ database, byHand }: Bench, query: Query): Shape {
  // What searching needs of them is the database alone.
  const deps = { database } as unknown as ServiceDeps;
  const run = async (name: keyof typeof BY_HAND, turn: number): Promise<string[]> => {
    const { rows } = await byHand.query<{ stage: number | null; id: string }>({
      name,
      text: BY_HAND[name],
      values: [query.group(turn), ...query.words(turn)],
    });
    return rows
      .filter((row) => row.stage !== null)
      .slice(0, PAGE_SIZE)
      .map((row) => `${[1, 5, 7].includes(row.stage ?? 0) ? 'organization' : 'contact'} ${row.id}`);
  };
  return {
    name: query.name,
    ours: async (turn) => {
      const group = opened(query.group(turn));
      const words = (query.typed ?? query.words)(turn);
      if (query.suggests) {
        const suggesting = { text: words.join(' '), limit: PAGE_SIZE, activeOnly: true };
        return (await suggestContacts(deps, group, suggesting)).map(({ id }) => `contact ${id}`);
      }
      const page = { words, contacts: true, organizations: true, includeInactive: false, after: null };
      return (await searchCustomers(deps, group, page)).found.map(labelOf);
    },
    byHand: async (turn) => {
      if (query.before) await run(query.before, turn);
      return run(query.statement, turn);
    },
  };
}

const labelOf = (found: CustomerFound): string =>
  found.kind === 'contact' ? `contact ${found.contact.id}` : `organization ${found.organization.id}`;
