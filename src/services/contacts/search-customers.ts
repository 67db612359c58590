import {
  countInactive,
  type SearchCursor,
  searchContacts,
  searchOrganizations,
} from '../../db/queries/search.ts';
import type { Contact, Organization } from '../../domain/customers.ts';
import { fail } from '../../domain/errors.ts';
import { lookupText } from '../../domain/references.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';

/** More words than anyone types; each costs an index scan. */
const MAX_WORDS = 10;
const PAGE_SIZE = 8;

export interface CustomerSearch {
  readonly words: readonly string[];
  readonly contacts: boolean;
  readonly organizations: boolean;
  readonly includeInactive: boolean;
  /** From an earlier page; opaque. */
  readonly after: string | null;
}

export interface CustomersFound {
  readonly crmGroup: string;
  readonly contacts: readonly Contact[];
  readonly organizations: readonly Organization[];
  /** Whether organizations match that no next page shows: those are asked for alone. */
  readonly moreOrganizations: boolean;
  /** Behind which the next page starts; null at the end. */
  readonly next: string | null;
  /** Matches left out because they are inactive. */
  readonly inactive: number;
}

const encode = (cursor: SearchCursor): string =>
  Buffer.from(JSON.stringify([cursor.rank, cursor.sort, String(cursor.id)])).toString('base64url');

function decode(text: string): SearchCursor {
  try {
    const [rank, sort, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (
      (rank === 0 || rank === 1 || rank === 2) &&
      typeof sort === 'string' &&
      typeof id === 'string' &&
      /^\d{1,18}$/.test(id)
    ) {
      return { rank, sort: lookupText(sort), id: BigInt(id) };
    }
  } catch {
    // Not one of ours: answered below.
  }
  throw fail('input.invalid', { field: 'page', rule: 'cursor', example: null });
}

/**
 * One page of contacts, and on the first page organizations, in which every word occurs. Takes `contact.view`.
 * With nothing to look for it lists everything by name.
 */
export async function searchCustomers(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  search: CustomerSearch,
): Promise<CustomersFound> {
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  const page = {
    crmGroupId: opened.crmGroup.id,
    words: search.words.slice(0, MAX_WORDS).map(lookupText),
    includeInactive: search.includeInactive,
    limit: PAGE_SIZE + 1,
    after: search.after === null ? null : decode(search.after),
  };
  return deps.database.transaction(async (tx) => {
    const paged = search.contacts ? await searchContacts(tx, page) : [];
    const organizations =
      search.organizations && (page.after === null || !search.contacts)
        ? await searchOrganizations(tx, page)
        : [];
    const shown = search.contacts ? paged : organizations;
    const last = shown.length > PAGE_SIZE ? shown[PAGE_SIZE - 1] : undefined;
    const inactive =
      search.includeInactive || page.after !== null
        ? { contacts: 0, organizations: 0 }
        : await countInactive(tx, page);
    return {
      crmGroup: opened.crmGroup.fullPath,
      contacts: paged.slice(0, PAGE_SIZE).map((found) => found.row),
      organizations: organizations.slice(0, PAGE_SIZE).map((found) => found.row),
      moreOrganizations: search.contacts && organizations.length > PAGE_SIZE,
      next: last ? encode(last.cursor) : null,
      inactive:
        (search.contacts ? inactive.contacts : 0) + (search.organizations ? inactive.organizations : 0),
    };
  });
}
