import type { Contact, Organization } from '../../domain/customers.ts';
import type { GroupId } from '../../domain/ids.ts';
import type { Tx } from '../client.ts';
import { Prisma } from '../generated/client.ts';
import {
  CONTACT_COLUMNS,
  CONTACT_FROM,
  type ContactRow,
  ORGANIZATION_COLUMNS,
  type OrganizationRow,
  toContact,
  toOrganization,
} from './customers.ts';

export interface SearchPage {
  readonly crmGroupId: GroupId;
  /** Each must occur somewhere: in a name, the address, the organization's name or the description. */
  readonly words: readonly string[];
  readonly includeInactive: boolean;
  readonly limit: number;
  readonly after: SearchCursor | null;
}

/** The place of a row in the order of results: what the next page starts behind. */
export interface SearchCursor {
  readonly rank: number;
  readonly sort: string;
  readonly id: bigint;
}

export interface Found<Row> {
  readonly row: Row;
  readonly cursor: SearchCursor;
}

/** Best matches first: the exact address, then a name or address that starts with the words, then the rest. */
function contactRank(words: readonly string[]): Prisma.Sql {
  const text = words.join(' ');
  return Prisma.sql`CASE WHEN lower(c.email) = lower(${text}) THEN 0
    WHEN tieline_fold(c.first_name || ' ' || c.last_name) LIKE substr(tieline_contains(${text}), 2)
      OR tieline_fold(c.last_name) LIKE substr(tieline_contains(${text}), 2)
      OR tieline_fold(c.email) LIKE substr(tieline_contains(${text}), 2) THEN 1
    ELSE 2 END`;
}

const all = (conditions: readonly Prisma.Sql[]): Prisma.Sql =>
  conditions.length === 0 ? Prisma.sql`true` : Prisma.join([...conditions], ' AND ');

function contactMatches(search: SearchPage): Prisma.Sql {
  const words = search.words.map(
    (word) => Prisma.sql`(c.search_text LIKE tieline_contains(${word}) OR c.organization_id IN (
      SELECT m.id FROM organizations m WHERE m.crm_group_id = ${search.crmGroupId}
        AND m.search_text LIKE tieline_contains(${word})))`,
  );
  return Prisma.sql`c.crm_group_id = ${search.crmGroupId} AND ${all(words)}`;
}

function behind(after: SearchCursor | null): Prisma.Sql {
  return after === null
    ? Prisma.sql`true`
    : Prisma.sql`(rank, sort, id) > (${after.rank}::int, ${after.sort}, ${after.id})`;
}

/** One page of contacts that match every word, best first; stable while rows come and go. */
export async function searchContacts(tx: Tx, search: SearchPage): Promise<Found<Contact>[]> {
  const rows = await tx.$queryRaw<(ContactRow & { rank: number; sort: string })[]>`
    WITH matches AS MATERIALIZED (
      SELECT ${CONTACT_COLUMNS}, ${contactRank(search.words)} AS rank,
        (lower(c.last_name || ' ' || c.first_name) COLLATE "C") AS sort
      FROM ${CONTACT_FROM}
      WHERE ${contactMatches(search)} AND (${search.includeInactive} OR c.active)
    )
    SELECT * FROM matches WHERE ${behind(search.after)} ORDER BY rank, sort, id LIMIT ${search.limit}`;
  return rows.map((row) => ({
    row: toContact(row),
    cursor: { rank: Number(row.rank), sort: row.sort, id: row.id },
  }));
}

/** One page of organizations whose name or description holds every word, those starting with them first. */
export async function searchOrganizations(tx: Tx, search: SearchPage): Promise<Found<Organization>[]> {
  const words = search.words.map((word) => Prisma.sql`o.search_text LIKE tieline_contains(${word})`);
  const rows = await tx.$queryRaw<(OrganizationRow & { rank: number; sort: string })[]>`
    WITH matches AS MATERIALIZED (
      SELECT ${ORGANIZATION_COLUMNS}, (lower(o.name) COLLATE "C") AS sort,
        CASE WHEN o.search_text LIKE substr(tieline_contains(${search.words.join(' ')}), 2) THEN 1 ELSE 2 END AS rank
      FROM organizations o
      WHERE o.crm_group_id = ${search.crmGroupId} AND ${all(words)} AND (${search.includeInactive} OR o.active)
    )
    SELECT * FROM matches WHERE ${behind(search.after)} ORDER BY rank, sort, id LIMIT ${search.limit}`;
  return rows.map((row) => ({
    row: toOrganization(row),
    cursor: { rank: Number(row.rank), sort: row.sort, id: row.id },
  }));
}

/** How many inactive contacts and organizations match besides, so that an answer can say so. */
export async function countInactive(
  tx: Tx,
  search: SearchPage,
): Promise<{ contacts: number; organizations: number }> {
  const words = search.words.map((word) => Prisma.sql`o.search_text LIKE tieline_contains(${word})`);
  const rows = await tx.$queryRaw<{ contacts: bigint; organizations: bigint }[]>`
    SELECT (SELECT count(*) FROM contacts c WHERE ${contactMatches(search)} AND NOT c.active) AS contacts,
      (SELECT count(*) FROM organizations o WHERE o.crm_group_id = ${search.crmGroupId} AND ${all(words)}
        AND NOT o.active) AS organizations`;
  return { contacts: Number(rows[0]?.contacts ?? 0), organizations: Number(rows[0]?.organizations ?? 0) };
}
