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

/** As JSON has it: ids as text, since its numbers are too short for them, and instants in seconds. */
interface HitRow {
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
  version: number;
  created_at: number;
  updated_at: number;
}

/** Parameters: crm group, words, active, contacts, organizations, stage, key, id, limit. */
const PLACES =
  '($1::bigint, $2::text[], $3::boolean, $4::boolean, $5::boolean, $6::int, $7, $8::bigint, $9::int)';

/** A page as one JSON text: one value is read much faster than a row of cells for each. */
const pageFrom = (places: string): string => `(
  SELECT coalesce(json_agg(h ORDER BY h.stage, h.key COLLATE "C", h.id::bigint), '[]')::text FROM (
    SELECT f.stage, f.key, f.id::text, c.first_name, coalesce(c.last_name, o.name) AS name, c.email, c.phone,
      coalesce(c.description, o.description) AS description, c.organization_id::text AS organization_id,
      c.organization_name, o.default_rate::text AS default_rate, coalesce(c.active, o.active) AS active,
      coalesce(c.version, o.version) AS version,
      date_part('epoch', coalesce(c.created_at, o.created_at)) AS created_at,
      date_part('epoch', coalesce(c.updated_at, o.updated_at)) AS updated_at
    FROM ${places}${PLACES} f
    LEFT JOIN contacts c ON f.stage IN (0, 2, 3, 4, 6, 8) AND c.crm_group_id = $1::bigint AND c.id = f.id
    LEFT JOIN organizations o ON f.stage IN (1, 5, 7) AND o.crm_group_id = $1::bigint AND o.id = f.id) h)`;

const SEARCH: Statement = {
  name: 'search',
  text: `SELECT ${pageFrom('tieline_search')} AS page, 0 AS inactive`,
};
const SEARCH_AND_COUNT: Statement = {
  name: 'search_and_count',
  text: `SELECT ${pageFrom('tieline_search')} AS page,
    tieline_count_inactive($1::bigint, $2::text[], $4::boolean, $5::boolean, ${ENOUGH_INACTIVE}) AS inactive`,
};
const SEARCH_NEAR: Statement = {
  name: 'search_near',
  text: `SELECT ${pageFrom('tieline_search_near')} AS page, 0 AS inactive`,
};

/** The flag that a filter wants rows to have; null for either. */
export const activeOf = (state: StateFilter): boolean | null => (state === 'all' ? null : state === 'active');

async function run(read: Read, statement: Statement, query: SearchQuery): Promise<SearchResult> {
  const { words } = searchWords(query.words);
  const { stage, key, id } = query.after ?? START;
  const [row] = await read<{ page: string; inactive: number }>(statement, [
    query.crmGroupId,
    words,
    activeOf(query.state),
    query.contacts,
    query.organizations,
    stage,
    key,
    id,
    query.limit,
  ]);
  return { hits: toHits(query.crmGroupId, row?.page), inactive: row?.inactive ?? 0 };
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
  return run(read, countInactive ? SEARCH_AND_COUNT : SEARCH, query);
}

/**
 * One page of contacts and organizations that hold every word nearly: words of five letters or more may have a
 * letter wrong, missing, too many or out of place. For when nothing holds the words themselves.
 */
export async function searchNear(read: Read, query: SearchQuery): Promise<readonly SearchHit[]> {
  return (await run(read, SEARCH_NEAR, query)).hits;
}

function toHits(crmGroupId: GroupId, page = '[]'): SearchHit[] {
  return (JSON.parse(page) as HitRow[]).map((row) => toHit(crmGroupId, row));
}

const instant = (seconds: number): Date => new Date(Math.round(seconds * 1_000));

/** Made directly: this runs for every row at every key that is pressed. */
function toHit(crmGroupId: GroupId, row: HitRow): SearchHit {
  const id = BigInt(row.id);
  const place = { stage: row.stage, key: row.key, id };
  const { description, active, version } = row;
  const createdAt = instant(row.created_at);
  const updatedAt = instant(row.updated_at);
  if (ORGANIZATION_STAGES.has(row.stage)) {
    const { name, default_rate: defaultRate } = row;
    const own = { id: organizationId(id), crmGroupId, name, defaultRate, description };
    return { kind: 'organization', place, organization: { ...own, active, version, createdAt, updatedAt } };
  }
  const { first_name: firstName, name: lastName, email, phone, organization_id: joined } = row;
  const organization =
    joined === null ? null : { id: organizationId(BigInt(joined)), name: row.organization_name ?? '' };
  const own = { id: contactId(id), crmGroupId, firstName, lastName, email, phone, description, organization };
  return { kind: 'contact', place, contact: { ...own, active, version, createdAt, updatedAt } };
}

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
