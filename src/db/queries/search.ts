import type { Contact, Organization } from '../../domain/customers.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';
import type { ContactRow } from './customers.ts';
import { toContact, toOrganization } from './customers.ts';
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

interface HitRow extends Omit<ContactRow, 'crm_group_id' | 'last_name'> {
  stage: number | null;
  key: string;
  name: string;
  default_rate: string | null;
  inactive: number | null;
}

const HIT_COLUMNS = Prisma.sql`f.stage, f.key, f.id, c.first_name, coalesce(c.last_name, o.name) AS name, c.email,
  c.phone, coalesce(c.description, o.description) AS description, c.organization_id, c.organization_name,
  o.default_rate::text AS default_rate, coalesce(c.active, o.active) AS active,
  coalesce(c.version, o.version) AS version, coalesce(c.created_at, o.created_at) AS created_at,
  coalesce(c.updated_at, o.updated_at) AS updated_at`;

/** Places to rows; a single empty row when there are none, so that it can carry a count. */
const hitRows = (
  crmGroupId: GroupId,
  places: Prisma.Sql,
) => Prisma.sql`(SELECT 1) one LEFT JOIN ${places} f ON true
  LEFT JOIN contacts c ON f.stage IN (0, 2, 3, 4, 6, 8) AND c.crm_group_id = ${crmGroupId} AND c.id = f.id
  LEFT JOIN organizations o ON f.stage IN (1, 5, 7) AND o.crm_group_id = ${crmGroupId} AND o.id = f.id`;

/** The flag that a filter wants rows to have; null for either. */
export const activeOf = (state: StateFilter): boolean | null => (state === 'all' ? null : state === 'active');

function placesCall(query: SearchQuery, words: readonly string[]): Prisma.Sql {
  const { stage, key, id } = query.after ?? START;
  return Prisma.sql`(${query.crmGroupId}, ${[...words]}::text[], ${activeOf(query.state)}::boolean,
    ${query.contacts}::boolean, ${query.organizations}::boolean, ${stage}::int, ${key}, ${id}::bigint,
    ${query.limit}::int)`;
}

/**
 * One page of contacts and organizations that hold every word, best first, in one order that stays while rows
 * come and go. One statement; with `countInactive` it also counts the inactive ones besides.
 */
export async function searchPage(
  db: Tx,
  query: SearchQuery,
  { countInactive = false }: { countInactive?: boolean } = {},
): Promise<SearchResult> {
  const { words } = searchWords(query.words);
  const inactive = countInactive
    ? Prisma.sql`(SELECT tieline_count_inactive(${query.crmGroupId}, ${[...words]}::text[],
        ${query.contacts}::boolean, ${query.organizations}::boolean, ${ENOUGH_INACTIVE}::int))`
    : Prisma.sql`0`;
  const places = Prisma.sql`tieline_search${placesCall(query, words)}`;
  const rows = await db.$queryRaw<HitRow[]>`SELECT ${HIT_COLUMNS}, ${inactive} AS inactive
    FROM ${hitRows(query.crmGroupId, places)} ORDER BY f.stage, f.key COLLATE "C", f.id`;
  return { hits: toHits(query.crmGroupId, rows), inactive: rows[0]?.inactive ?? 0 };
}

/**
 * One page of contacts and organizations that hold every word nearly: words of five letters or more may have a
 * letter wrong, missing, too many or out of place. For when nothing holds the words themselves.
 */
export async function searchNear(db: Tx, query: SearchQuery): Promise<readonly SearchHit[]> {
  const { words } = searchWords(query.words);
  const places = Prisma.sql`tieline_search_near${placesCall(query, words)}`;
  const rows = await db.$queryRaw<HitRow[]>`SELECT ${HIT_COLUMNS}
    FROM ${hitRows(query.crmGroupId, places)} ORDER BY f.stage, f.key COLLATE "C", f.id`;
  return toHits(query.crmGroupId, rows);
}

function toHits(crmGroupId: GroupId, rows: readonly HitRow[]): SearchHit[] {
  return rows.flatMap((row) => (row.stage === null ? [] : [toHit(crmGroupId, row, row.stage)]));
}

function toHit(crmGroupId: GroupId, row: HitRow, stage: number): SearchHit {
  const place = { stage, key: row.key, id: row.id };
  return ORGANIZATION_STAGES.has(stage)
    ? { kind: 'organization', place, organization: toOrganization({ ...row, crm_group_id: crmGroupId }) }
    : {
        kind: 'contact',
        place,
        contact: toContact({ ...row, crm_group_id: crmGroupId, last_name: row.name }),
      };
}

/** What references and names are looked up by: the best matches, inactive ones too on request. */
export interface NameSearch {
  readonly crmGroupId: GroupId;
  readonly words: readonly string[];
  readonly includeInactive: boolean;
  readonly limit: number;
}

/** The contacts that hold every word, best first. */
export async function searchContacts(db: Tx, search: NameSearch): Promise<Contact[]> {
  const { hits } = await searchPage(db, toQuery(search, 'contacts'));
  return hits.flatMap((hit) => (hit.kind === 'contact' ? [hit.contact] : []));
}

/** The organizations that hold every word, those whose name starts with one of them first. */
export async function searchOrganizations(db: Tx, search: NameSearch): Promise<Organization[]> {
  const { hits } = await searchPage(db, toQuery(search, 'organizations'));
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
