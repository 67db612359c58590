import type { Contact, Organization } from '../../domain/customers.ts';
import { contactId, type GroupId, organizationId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import { type Read, readIn, type Statement } from '../read.ts';
import { searchWords } from './search-words.ts';

/** Which contacts and organizations are wanted. */
export type StateFilter = 'active' | 'inactive' | 'all';

/** The place of a row in the order of results; its meaning is `tieline_search`'s (the search migration). */
export interface SearchPlace {
  readonly stage: number;
  readonly key: string;
  readonly id: bigint;
}

export interface SearchQuery {
  readonly crmGroupId: GroupId;
  readonly words: readonly string[];
  readonly state: StateFilter;
  readonly contacts: boolean;
  readonly organizations: boolean;
  /** Behind which to go on; null starts at the best match. */
  readonly after: SearchPlace | null;
  readonly limit: number;
  /** Whether the crm group has few contacts; not known unless told. It changes nothing but the time it takes. */
  readonly isSmall?: boolean;
}

export type SearchHit = { readonly place: SearchPlace } & (
  | { readonly kind: 'contact'; readonly contact: Contact }
  | { readonly kind: 'organization'; readonly organization: Organization }
);

export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** Inactive matches left out, counted up to ENOUGH_INACTIVE; 0 unless asked for. */
  readonly inactive: number;
}

/** Where counting inactive matches stops: more of them are said to be "20 or more". */
export const ENOUGH_INACTIVE = 20;

const ORGANIZATION_STAGES = new Set([1, 5, 7]);
const FIRST_NEAR_STAGE = 7;
/** The last place there is. */
export const LAST_STAGE = 8;
const START: SearchPlace = { stage: -1, key: '', id: 0n };

/** Whether a row at this place is only nearly what was looked for. */
export const isNear = (place: SearchPlace): boolean => place.stage >= FIRST_NEAR_STAGE;

/** Ids as text and instants in seconds, whichever way the rows are read. */
interface HitRow {
  /** Which of the places it is, from 1; 0 for the row that only counts. */
  nth: number;
  stage: number;
  key: string;
  id: string;
  first_name: string;
  name: string;
  email: string | null;
  phone: string | null;
  description: string | null;
  organization_id: string | null;
  organization_name: string | null;
  default_rate: string | null;
  active: boolean;
  /** Of the row that counts: how many inactive ones match. */
  version: number;
  created_at: number;
  updated_at: number;
}

/** Parameters: crm group, words, active, contacts, organizations, stage, key, id, limit. */
const PLACES =
  '$1::bigint, $2::text[], $3::boolean, $4::boolean, $5::boolean, $6::int, $7, $8::bigint, $9::int';

/**
 * The rows at the places that a function of the search migration finds. Their ids are looked up all at once, those of
 * organizations turned negative beside those of contacts: a join takes half as long again as the search.
 */
const rowsAt = (places: string): string => `
  WITH f AS MATERIALIZED (
    SELECT array_agg(CASE WHEN p.stage IN (1, 5, 7) THEN -p.id ELSE p.id END) AS ids,
      array_agg(p.stage) AS stages, array_agg(p.key) AS keys
    FROM ${places} p)
  SELECT h.nth, (SELECT stages FROM f)[h.nth] AS stage, (SELECT keys FROM f)[h.nth] AS key, h.id, h.first_name, h.name,
    h.email, h.phone, h.description, h.organization_id, h.organization_name, h.default_rate, h.active, h.version,
    h.created_at, h.updated_at
  FROM (SELECT array_position((SELECT ids FROM f), c.id) AS nth, c.id::text AS id, c.first_name, c.last_name AS name,
      c.email, c.phone, c.description, c.organization_id::text AS organization_id, c.organization_name,
      NULL::text AS default_rate, c.active, c.version, date_part('epoch', c.created_at) AS created_at,
      date_part('epoch', c.updated_at) AS updated_at
    FROM contacts c WHERE c.crm_group_id = $1::bigint AND c.id = ANY ((SELECT ids FROM f)::bigint[])) h`;

const organizationsToo = `
  UNION ALL
  SELECT h.nth, (SELECT stages FROM f)[h.nth], (SELECT keys FROM f)[h.nth], h.id, NULL, h.name, NULL, NULL,
    h.description, NULL, NULL, h.default_rate, h.active, h.version, h.created_at, h.updated_at
  FROM (SELECT array_position((SELECT ids FROM f), -o.id) AS nth, o.id::text AS id, o.name, o.description,
      o.default_rate::text AS default_rate, o.active, o.version, date_part('epoch', o.created_at) AS created_at,
      date_part('epoch', o.updated_at) AS updated_at
    FROM organizations o WHERE o.crm_group_id = $1::bigint
      AND o.id = ANY (ARRAY(SELECT -x FROM unnest((SELECT ids FROM f)) x WHERE x < 0))) h`;

const BEST = `tieline_search(${PLACES}, $10::boolean)`;
const SEARCH_CONTACTS: Statement = { name: 'search_contacts', text: rowsAt(BEST) };
const SEARCH: Statement = { name: 'search', text: rowsAt(BEST) + organizationsToo };
/** Where the page is empty, or the group has few rows, the words are rare among the inactive ones too. */
const SEARCH_AND_COUNT: Statement = {
  name: 'search_and_count',
  text: `${SEARCH.text}
  UNION ALL
  SELECT 0, 0, '', '0', NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, false,
    tieline_count_inactive($1::bigint, $2::text[], $4::boolean, $5::boolean, ${ENOUGH_INACTIVE},
      $10::boolean OR (SELECT ids FROM f) IS NULL), 0, 0`,
};
const SEARCH_NEAR: Statement = {
  name: 'search_near',
  text: rowsAt(`tieline_search_near(${PLACES})`) + organizationsToo,
};

/** The flag that a filter wants rows to have; null for either. */
export const activeOf = (state: StateFilter): boolean | null => (state === 'all' ? null : state === 'active');

async function run(read: Read, statement: Statement, query: SearchQuery): Promise<SearchResult> {
  const { words } = searchWords(query.words);
  const { stage, key, id } = query.after ?? START;
  const rows = await read<HitRow>(statement, [
    query.crmGroupId,
    words,
    activeOf(query.state),
    query.contacts,
    query.organizations,
    stage,
    key,
    id,
    query.limit,
    ...(statement === SEARCH_NEAR ? [] : [query.isSmall ?? false]),
  ]);
  const hits = rows.filter(({ nth }) => nth > 0).sort((a, b) => a.nth - b.nth);
  return {
    hits: hits.map((row) => toHit(query.crmGroupId, row)),
    inactive: rows.find(({ nth }) => nth === 0)?.version ?? 0,
  };
}

/**
 * One page of contacts and organizations that hold every word, best first, in one order that stays while rows
 * come and go. One statement; with `countInactive` it also counts the inactive ones besides.
 */
export function searchPage(
  read: Read,
  query: SearchQuery,
  { countInactive = false }: { countInactive?: boolean } = {},
): Promise<SearchResult> {
  if (countInactive) return run(read, SEARCH_AND_COUNT, query);
  return run(read, query.organizations ? SEARCH : SEARCH_CONTACTS, query);
}

/**
 * One page of contacts and organizations that hold every word nearly: words of five letters or more may have a
 * letter wrong, missing, too many or out of place. For when nothing holds the words themselves.
 */
export async function searchNear(read: Read, query: SearchQuery): Promise<readonly SearchHit[]> {
  return (await run(read, SEARCH_NEAR, query)).hits;
}

const instant = (seconds: number): Date => new Date(Math.round(seconds * 1_000));

/** Spelled out, without spreads: this runs for every row at every key that is pressed. */
function toHit(crmGroupId: GroupId, row: HitRow): SearchHit {
  const id = BigInt(row.id);
  const place = { stage: row.stage, key: row.key, id };
  return ORGANIZATION_STAGES.has(row.stage)
    ? { kind: 'organization', place, organization: toOrganization(crmGroupId, row) }
    : { kind: 'contact', place, contact: toContact(crmGroupId, row) };
}

const toContact = (crmGroupId: GroupId, row: HitRow): Contact => ({
  id: contactId(row.id),
  crmGroupId,
  firstName: row.first_name,
  lastName: row.name,
  email: row.email,
  phone: row.phone,
  description: row.description,
  organization:
    row.organization_id === null
      ? null
      : { id: organizationId(row.organization_id), name: row.organization_name ?? '' },
  active: row.active,
  version: row.version,
  createdAt: instant(row.created_at),
  updatedAt: instant(row.updated_at),
});

const toOrganization = (crmGroupId: GroupId, row: HitRow): Organization => ({
  id: organizationId(row.id),
  crmGroupId,
  name: row.name,
  defaultRate: row.default_rate,
  description: row.description,
  active: row.active,
  version: row.version,
  createdAt: instant(row.created_at),
  updatedAt: instant(row.updated_at),
});

/** What references and names are looked up by: the best matches, inactive ones too on request. */
export interface NameSearch {
  readonly crmGroupId: GroupId;
  readonly words: readonly string[];
  readonly includeInactive: boolean;
  readonly limit: number;
}

/** The contacts that hold every word, best first. */
export async function searchContacts(tx: Tx, search: NameSearch): Promise<Contact[]> {
  const { hits } = await searchPage(readIn(tx), toQuery(search, 'contacts'));
  return hits.flatMap((hit) => (hit.kind === 'contact' ? [hit.contact] : []));
}

/** The organizations that hold every word, those whose name starts with one of them first. */
export async function searchOrganizations(tx: Tx, search: NameSearch): Promise<Organization[]> {
  const { hits } = await searchPage(readIn(tx), toQuery(search, 'organizations'));
  return hits.flatMap((hit) => (hit.kind === 'organization' ? [hit.organization] : []));
}

function toQuery({ includeInactive, ...search }: NameSearch, of: 'contacts' | 'organizations'): SearchQuery {
  return {
    ...search,
    state: includeInactive ? 'all' : 'active',
    contacts: of === 'contacts',
    organizations: of === 'organizations',
    after: null,
  };
}
