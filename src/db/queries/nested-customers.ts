import type { Contact, Organization } from '../../domain/customers.ts';
import type { GroupId } from '../../domain/ids.ts';
import { Prisma } from '../generated/client.ts';
import { type Read, runSql, type Statement } from '../read.ts';
import {
  type ContactRow,
  ORGANIZATION_COLUMNS,
  type OrganizationRow,
  toContact,
  toOrganization,
} from './customers.ts';
import { type Listed, type ListPage, mapListed } from './list-page.ts';
import { decodeCursor, encodeCursor } from './search-cursor.ts';
import { CONTACT_LIST } from './search-customer-lists.ts';

/** A row by the whole of its key. */
export interface CustomerKey {
  readonly crmGroupId: GroupId;
  readonly id: bigint;
}

const ORGANIZATIONS: Statement = {
  name: 'organizations_by_key',
  text: `SELECT ${ORGANIZATION_COLUMNS.text} FROM unnest($1::bigint[], $2::bigint[]) k (crm_group_id, id)
    JOIN organizations o ON o.crm_group_id = k.crm_group_id AND o.id = k.id`,
};

/** Organizations of any crm groups in one statement; the unknown ones are absent. */
export async function organizationsByKey(read: Read, keys: readonly CustomerKey[]): Promise<Organization[]> {
  const values = [keys.map(({ crmGroupId }) => crmGroupId), keys.map(({ id }) => id)];
  return (await read<OrganizationRow>(ORGANIZATIONS, values)).map(toOrganization);
}

/** Whose contacts: those of issues, or those of organizations. */
const SOURCES = {
  issue: Prisma.sql`issue_contacts l JOIN contacts c ON c.crm_group_id = l.crm_group_id AND c.id = l.contact_id
    WHERE l.crm_group_id = k.crm_group_id AND l.issue_id = k.id`,
  organization: Prisma.sql`contacts c WHERE c.crm_group_id = k.crm_group_id AND c.organization_id = k.id`,
} as const;

/** One page of contacts for each of several issues or organizations. */
export interface NestedContacts {
  readonly of: keyof typeof SOURCES;
  readonly keys: readonly CustomerKey[];
  readonly active: boolean | null;
  readonly page: ListPage;
}

type NestedRow = ContactRow & { nth: string; sort_key: string };

/**
 * The contacts of each key in order of name, in one statement however many keys there are. Throws `input.invalid`
 * for a cursor that is none of ours.
 */
export async function nestedContacts(read: Read, nested: NestedContacts): Promise<Listed<Contact>[]> {
  const { of, keys, active, page } = nested;
  const backwards = 'last' in page;
  const wanted = 'last' in page ? page.last : page.first;
  const cursor = 'last' in page ? page.before : page.after;
  const direction = Prisma.raw(backwards ? 'DESC' : 'ASC');
  const state = active === null ? Prisma.sql`true` : active ? Prisma.sql`c.active` : Prisma.sql`NOT c.active`;
  const rows = await runSql<NestedRow>(
    read,
    Prisma.sql`SELECT k.nth, x.* FROM unnest(${keys.map(({ crmGroupId }) => crmGroupId)}::bigint[],
        ${keys.map(({ id }) => id)}::bigint[]) WITH ORDINALITY k (crm_group_id, id, nth)
      CROSS JOIN LATERAL (SELECT ${CONTACT_LIST.columns}, c.last_key AS sort_key FROM ${SOURCES[of]}
        AND ${state} AND ${beyond(cursor, backwards)}
        ORDER BY c.last_key ${direction}, c.id ${direction} LIMIT ${wanted + 1}::int) x
      ORDER BY k.nth, x.sort_key ${direction}, x.id ${direction}`,
  );
  const pages = pagesOf(rows, keys.length, {
    wanted,
    backwards,
    cursor,
    place: (row) => encodeCursor([row.sort_key, BigInt(row.id)]),
  });
  return pages.map((page) => mapListed(page, toContact));
}

function beyond(cursor: string | null, backwards: boolean): Prisma.Sql {
  if (cursor === null) return Prisma.sql`true`;
  const [key, id] = decodeCursor(cursor, ['string', 'bigint']);
  const sign = Prisma.raw(backwards ? '<' : '>');
  return Prisma.sql`(c.last_key, c.id) ${sign} (${key}::text, ${id}::bigint)`;
}

/** Rows of several parents parted into their pages; `nth` counts the parents from 1. */
export function pagesOf<Row extends { nth: string }>(
  rows: readonly Row[],
  parents: number,
  page: { wanted: number; backwards: boolean; cursor: string | null; place: (row: Row) => string },
): Listed<Row>[] {
  const { wanted, backwards, cursor, place } = page;
  const all: Row[][] = Array.from({ length: parents }, () => []);
  for (const row of rows) all[Number(row.nth) - 1]?.push(row);
  return all.map((own) => {
    const shown = own.slice(0, wanted);
    if (backwards) shown.reverse();
    const more = own.length > wanted;
    return {
      rows: shown,
      cursorAt: (index) => {
        const row = shown[index];
        if (row === undefined) throw new RangeError(`there is no row ${index} on the page`);
        return place(row);
      },
      hasNextPage: backwards ? cursor !== null : more,
      hasPreviousPage: backwards ? more : cursor !== null,
    };
  });
}
