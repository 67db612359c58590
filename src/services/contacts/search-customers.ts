import { isSmallGroup } from '../../db/queries/group-sizes.ts';
import {
  ENOUGH_INACTIVE,
  isNear,
  LAST_STAGE,
  type SearchHit,
  type SearchPlace,
  type SearchQuery,
  searchNear,
  searchPage,
} from '../../db/queries/search.ts';
import { decodeCursor, encodeCursor, notACursor } from '../../db/queries/search-cursor.ts';
import { MAX_WORDS, searchWords } from '../../db/queries/search-words.ts';
import type { Contact, Organization } from '../../domain/customers.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';

const PAGE_SIZE = 8;

export { MAX_WORDS };

export interface CustomerSearch {
  /** A quoted phrase is one word with spaces in it. */
  readonly words: readonly string[];
  readonly contacts: boolean;
  readonly organizations: boolean;
  readonly includeInactive: boolean;
  /** From an earlier page; opaque. */
  readonly after: string | null;
}

export type CustomerFound =
  | { readonly kind: 'contact'; readonly contact: Contact }
  | { readonly kind: 'organization'; readonly organization: Organization };

export interface CustomersFound {
  readonly crmGroup: string;
  /** Best first: exact address, then what starts with the words, then what holds them. */
  readonly found: readonly CustomerFound[];
  /** Nothing holds the words; what was found is spelled nearly so. */
  readonly near: boolean;
  /** Behind which the next page starts; null at the end. */
  readonly next: string | null;
  /** Matches left out because they are inactive; `orMore` when counting stopped there. First page only. */
  readonly inactive: { readonly count: number; readonly orMore: boolean };
  /** Words beyond those that were looked for. */
  readonly wordsLeftOut: readonly string[];
}

/**
 * One page of the contacts and organizations that hold every word, or nearly hold it when nothing does. Takes
 * `contact.view`. With nothing to look for it lists everything by name.
 */
export async function searchCustomers(
  deps: ServiceDeps,
  opened: OpenedCrmGroup,
  search: CustomerSearch,
): Promise<CustomersFound> {
  authorize(opened.actor, 'contact.view', opened.crmGroup);
  const { words, leftOut } = searchWords(search.words);
  const query: SearchQuery = {
    crmGroupId: opened.crmGroup.id,
    words,
    state: search.includeInactive ? 'all' : 'active',
    contacts: search.contacts,
    organizations: search.organizations,
    after: search.after === null ? null : decodePlace(search.after),
    limit: PAGE_SIZE + 1,
    isSmall: await isSmallGroup(deps.database.read, opened.crmGroup.id),
  };
  const { hits, inactive } = await look(deps, query);
  const last = hits.length > PAGE_SIZE ? hits[PAGE_SIZE - 1] : undefined;
  return {
    crmGroup: opened.crmGroup.fullPath,
    found: hits.slice(0, PAGE_SIZE),
    near: hits.some((hit) => isNear(hit.place)),
    next: last ? encodeCursor([last.place.stage, last.place.key, last.place.id]) : null,
    inactive: { count: inactive, orMore: inactive >= ENOUGH_INACTIVE },
    wordsLeftOut: leftOut,
  };
}

/** Near matches are offered only where not even an inactive row holds the words. */
async function look(
  { database: { search: read } }: ServiceDeps,
  query: SearchQuery,
): Promise<{ hits: readonly SearchHit[]; inactive: number }> {
  const isFirst = query.after === null;
  if (query.after !== null && isNear(query.after)) {
    return { hits: await searchNear(read, query), inactive: 0 };
  }
  const page = await searchPage(read, query, { countInactive: isFirst && query.state === 'active' });
  if (!isFirst || page.hits.length > 0 || page.inactive > 0 || query.words.every(isShort)) return page;
  return { hits: await searchNear(read, query), inactive: 0 };
}

/** No letter of it may be wrong (the search migration has it from five on); others may become longer when folded. */
const isShort = (word: string): boolean => /^[\x20-\x7e]{0,4}$/.test(word);

function decodePlace(cursor: string): SearchPlace {
  const [stage, key, id] = decodeCursor(cursor, ['number', 'string', 'bigint']);
  if (stage < 0 || stage > LAST_STAGE) throw notACursor();
  return { stage, key, id };
}
