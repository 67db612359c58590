import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fullName } from '../../src/domain/customers.ts';
import type { ContactId, OrganizationId } from '../../src/domain/ids.ts';
import { countContacts } from '../../src/services/contacts/count-contacts.ts';
import {
  type ContactListing,
  DEFAULT_CONTACT_SORT,
  listContacts,
} from '../../src/services/contacts/list-contacts.ts';
import { searchCustomers } from '../../src/services/contacts/search-customers.ts';
import { suggestContacts } from '../../src/services/contacts/suggest-contacts.ts';
import { countOrganizations } from '../../src/services/organizations/count-organizations.ts';
import {
  DEFAULT_ORGANIZATION_SORT,
  listOrganizations,
  type OrganizationListing,
} from '../../src/services/organizations/list-organizations.ts';
import { suggestOrganizations } from '../../src/services/organizations/suggest-organizations.ts';
import { refusalOf, type Stage, startStage } from '../support/services.ts';

type Who = Parameters<Stage['inGroup']>[0];

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

async function contacts(
  asked: Partial<ContactListing> = {},
  [name, path]: readonly [Who, string] = ['dev', 'acme'],
) {
  return listContacts(stage.deps, await stage.inGroup(name, path), {
    search: null,
    state: 'all',
    ids: null,
    organizationId: null,
    sort: DEFAULT_CONTACT_SORT,
    page: { first: 100, after: null },
    ...asked,
  });
}
const people = async (asked: Partial<ContactListing> = {}): Promise<string[]> =>
  (await contacts(asked)).rows.map(fullName);

async function organizations(
  asked: Partial<OrganizationListing> = {},
  [name, path]: readonly [Who, string] = ['dev', 'acme'],
) {
  return listOrganizations(stage.deps, await stage.inGroup(name, path), {
    search: null,
    state: 'all',
    ids: null,
    sort: DEFAULT_ORGANIZATION_SORT,
    page: { first: 100, after: null },
    ...asked,
  });
}
const companies = async (asked: Partial<OrganizationListing> = {}): Promise<string[]> =>
  (await organizations(asked)).rows.map(({ name }) => name);

const by = (field: ContactListing['sort']['field'], descending = false) => ({ sort: { field, descending } });

describe('a list of contacts', () => {
  let inactiveId: ContactId;
  beforeAll(async () => {
    await stage.db.empty();
    await stage.organization('acme', 'Company Z');
    await stage.organization('acme', 'Company A');
    await stage.contact('acme', 'ABC DEF', {
      email: 'ghi@test.com',
      description: 'LMNO',
      phone: '2',
      organization: 'Company Z',
    });
    await stage.contact('acme', 'GHI STU', { email: 'vwx@test.com', description: 'YZ', phone: '1' });
    const inactive = await stage.contact('acme', 'John Smith', {
      email: 'b@test.com',
      organization: 'Company A',
      active: false,
    });
    inactiveId = inactive.id;
    await stage.contact('acme', 'Jane Smith', {
      email: 'a@off.example',
      description: 'john smith',
      organization: 'Company A',
    });
    await stage.contact('acme', 'Per Cent', { description: '100% a_b' });
    await stage.contact('globex', 'Other Company', { email: 'ghi@test.com' });
  });

  test.each<[string, string | null, string[]]>([
    ['an empty search returns all', '', ['Per Cent', 'ABC DEF', 'Jane Smith', 'John Smith', 'GHI STU']],
    ['blanks are an empty search', '  ', ['Per Cent', 'ABC DEF', 'Jane Smith', 'John Smith', 'GHI STU']],
    ['no search returns all', null, ['Per Cent', 'ABC DEF', 'Jane Smith', 'John Smith', 'GHI STU']],
    ['aBc finds the first name ABC', 'aBc', ['ABC DEF']],
    ['StU finds the last name STU', 'StU', ['GHI STU']],
    ['ghi finds an address, and a first name', 'ghi', ['ABC DEF', 'GHI STU']],
    ['Yz finds the note YZ', 'Yz', ['GHI STU']],
    ['x@test.com finds vwx@test.com', 'x@test.com', ['GHI STU']],
    [
      'John Smith finds John Smith, where GitLab finds only a note with both words',
      'John Smith',
      ['Jane Smith', 'John Smith'],
    ],
    [
      'words may be in different fields, where GitLab wants one',
      'smith company',
      ['Jane Smith', 'John Smith'],
    ],
    ['a per cent sign is literal', '%', ['Per Cent']],
    ['an underscore is literal', '_', ['Per Cent']],
    ['a quoted phrase is matched whole', '"john smith"', ['Jane Smith', 'John Smith']],
    ['a quoted phrase does not match its words apart', '"smith company"', []],
    ['the phone is not searched', '"+44"', []],
  ])('%s', async (_name, search, expected) => {
    expect(await people({ search })).toEqual(expected);
  });

  test('state active, inactive and all', async () => {
    expect(await people({ state: 'inactive' })).toEqual(['John Smith']);
    expect(await people({ state: 'active' })).toEqual(['Per Cent', 'ABC DEF', 'Jane Smith', 'GHI STU']);
    expect(await people({ state: 'active', search: 'smith' })).toEqual(['Jane Smith']);
  });

  test('ids return exactly those, together with the other filters', async () => {
    expect(await people({ ids: [inactiveId] })).toEqual(['John Smith']);
    expect(await people({ ids: [] })).toEqual([]);
    expect(await people({ ids: [inactiveId], state: 'active' })).toEqual([]);
    expect(await people({ ids: [inactiveId], search: 'jane' })).toEqual([]);
  });

  test('an organization returns its contacts', async () => {
    const [first] = (await organizations({ search: 'company a' })).rows;
    expect(await people({ organizationId: first?.id ?? null })).toEqual(['Jane Smith', 'John Smith']);
  });

  test.each<[string, Partial<ContactListing>, string[]]>([
    ['by first name', by('FIRST_NAME'), ['ABC DEF', 'GHI STU', 'Jane Smith', 'John Smith', 'Per Cent']],
    [
      'by last name downwards',
      by('LAST_NAME', true),
      ['GHI STU', 'John Smith', 'Jane Smith', 'ABC DEF', 'Per Cent'],
    ],
    ['by e-mail', by('EMAIL'), ['Jane Smith', 'John Smith', 'ABC DEF', 'GHI STU', 'Per Cent']],
    [
      'by e-mail downwards, none last',
      by('EMAIL', true),
      ['GHI STU', 'ABC DEF', 'John Smith', 'Jane Smith', 'Per Cent'],
    ],
    ['by phone, none last', by('PHONE'), ['GHI STU', 'ABC DEF', 'John Smith', 'Jane Smith', 'Per Cent']],
    [
      'by phone downwards, none last',
      by('PHONE', true),
      ['ABC DEF', 'GHI STU', 'Per Cent', 'Jane Smith', 'John Smith'],
    ],
    [
      'by note downwards, none last',
      by('DESCRIPTION', true),
      ['GHI STU', 'ABC DEF', 'Jane Smith', 'Per Cent', 'John Smith'],
    ],
    [
      'by organization, none last',
      by('ORGANIZATION'),
      ['John Smith', 'Jane Smith', 'ABC DEF', 'GHI STU', 'Per Cent'],
    ],
    [
      'by organization downwards, none last',
      by('ORGANIZATION', true),
      ['ABC DEF', 'Jane Smith', 'John Smith', 'Per Cent', 'GHI STU'],
    ],
  ])('%s, forwards, backwards and page after page', async (_name, asked, expected) => {
    expect(await people(asked)).toEqual(expected);
    expect(await people({ ...asked, page: { last: 2, before: null } })).toEqual(expected.slice(-2));
    for (const search of [null, 'e']) {
      const whole = await people({ ...asked, search });
      const forwards: string[] = [];
      const backwards: string[] = [];
      for (let after: string | null = null; ; ) {
        const page = await contacts({ ...asked, search, page: { first: 2, after } });
        forwards.push(...page.rows.map(fullName));
        if (!page.hasNextPage) break;
        after = page.rows.length === 0 ? null : page.cursorAt(page.rows.length - 1);
      }
      for (let before: string | null = null; ; ) {
        const page = await contacts({ ...asked, search, page: { last: 2, before } });
        backwards.unshift(...page.rows.map(fullName));
        if (!page.hasPreviousPage) break;
        before = page.rows.length === 0 ? null : page.cursorAt(0);
      }
      expect([forwards, backwards]).toEqual([whole, whole]);
    }
  });

  test('counts by state, with and without a search', async () => {
    const opened = await stage.inGroup('dev', 'acme');
    const count = (search: string | null) => countContacts(stage.deps, opened, { search, ids: null });
    expect(await count(null)).toEqual({ active: 4, inactive: 1, all: 5 });
    expect(await count('smith')).toEqual({ active: 1, inactive: 1, all: 2 });
    expect(await count('nowhere')).toEqual({ active: 0, inactive: 0, all: 0 });
  });

  test('a cursor of another order is refused', async () => {
    const page = await contacts({ page: { first: 1, after: null } });
    const after = page.cursorAt(0);
    expect(await refusalOf(contacts({ ...by('EMAIL'), page: { first: 1, after } }))).toMatchObject({
      code: 'input.invalid',
      data: { rule: 'cursor' },
    });
  });

  test('suggestions start with what was typed, inactive ones only on request', async () => {
    const opened = await stage.inGroup('dev', 'acme');
    const suggest = async (text: string, activeOnly: boolean, limit = 10) =>
      (await suggestContacts(stage.deps, opened, { text, limit, activeOnly })).map(fullName);
    expect(await suggest('smi', false)).toEqual(['Jane Smith', 'John Smith']);
    expect(await suggest('smi', true)).toEqual(['Jane Smith']);
    expect(await suggest('ghi', true)).toEqual(['GHI STU', 'ABC DEF']);
    expect(await suggest('', true, 2)).toEqual(['Per Cent', 'ABC DEF']);
  });

  test('a subgroup lists what its crm group holds', async () => {
    const page = await contacts({}, ['pia', 'acme/platform']);
    expect(page.rows.length).toBe(5);
  });

  test.each([
    ['a guest is refused', 'gus', 'acme', 'forbidden.ability'],
    ['a stranger learns nothing', 'nina', 'acme', 'not_found.group'],
  ] as const)('%s', async (_name, who, path, code) => {
    const opened = await stage.inGroup(who, path);
    const filter = { search: null, ids: null };
    const suggesting = { text: 'a', limit: 5, activeOnly: true };
    const refused = await Promise.all([
      refusalOf(contacts({}, [who, path])),
      refusalOf(organizations({}, [who, path])),
      refusalOf(countContacts(stage.deps, opened, filter)),
      refusalOf(countOrganizations(stage.deps, opened, filter)),
      refusalOf(suggestContacts(stage.deps, opened, suggesting)),
      refusalOf(suggestOrganizations(stage.deps, opened, suggesting)),
    ]);
    expect(new Set(refused.map((refusal) => refusal.code))).toEqual(new Set([code]));
  });

  test('nobody lists anything where CRM is disabled', async () => {
    await stage.configure('acme', { crmEnabled: false });
    expect((await refusalOf(contacts())).code).toBe('forbidden.crm_disabled');
    await stage.configure('acme', { crmEnabled: true });
  });
});

describe('a list of organizations', () => {
  let ids: OrganizationId[] = [];
  beforeAll(async () => {
    await stage.db.empty();
    const rows = [
      await stage.organization('acme', 'ABC_st', { description: 'ghi_st', defaultRate: '20' }),
      await stage.organization('acme', 'def', { description: '2', defaultRate: '10' }),
      await stage.organization('acme', 'Ghi', { active: false }),
    ];
    ids = rows.map(({ id }) => id);
  });

  test.each<[string, string, string[]]>([
    ['an empty search returns all by name', '', ['ABC_st', 'def', 'Ghi']],
    ['aBc finds by name', 'aBc', ['ABC_st']],
    ['ghI finds by note, and by name', 'ghI', ['ABC_st', 'Ghi']],
    ['_st matches literally', '_st', ['ABC_st']],
    ['words may be in name and note', 'abc ghi', ['ABC_st']],
  ])('%s', async (_name, search, expected) => {
    expect(await companies({ search })).toEqual(expected);
  });

  test('state and ids filter', async () => {
    expect(await companies({ state: 'inactive' })).toEqual(['Ghi']);
    expect(await companies({ ids: ids.slice(1) })).toEqual(['def', 'Ghi']);
  });

  test.each<[string, OrganizationListing['sort'], string[]]>([
    ['by name downwards', { field: 'NAME', descending: true }, ['Ghi', 'def', 'ABC_st']],
    ['by note downwards, none last', { field: 'DESCRIPTION', descending: true }, ['ABC_st', 'def', 'Ghi']],
    ['by note, none last', { field: 'DESCRIPTION', descending: false }, ['def', 'ABC_st', 'Ghi']],
    ['by rate, none last', { field: 'DEFAULT_RATE', descending: false }, ['def', 'ABC_st', 'Ghi']],
    ['by rate downwards, none last', { field: 'DEFAULT_RATE', descending: true }, ['ABC_st', 'def', 'Ghi']],
  ])('%s, page after page', async (_name, sort, expected) => {
    expect(await companies({ sort })).toEqual(expected);
    const paged: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await organizations({ sort, page: { first: 1, after } });
      paged.push(...page.rows.map(({ name }) => name));
      if (!page.hasNextPage) break;
      after = page.rows.length === 0 ? null : page.cursorAt(page.rows.length - 1);
    }
    expect(paged).toEqual(expected);
  });

  test('counts by state', async () => {
    const opened = await stage.inGroup('dev', 'acme');
    const counts = await countOrganizations(stage.deps, opened, { search: null, ids: null });
    expect(counts).toEqual({ active: 2, inactive: 1, all: 3 });
  });

  test('suggestions start with what was typed', async () => {
    const opened = await stage.inGroup('dev', 'acme');
    const suggesting = { text: 'gh', limit: 5, activeOnly: false };
    const found = await suggestOrganizations(stage.deps, opened, suggesting);
    expect(found.map(({ name }) => name)).toEqual(['Ghi', 'ABC_st']);
  });
});

describe('a search of a long list', () => {
  // The first in order of name lack what the last ones hold, further on than a list is walked along.
  beforeAll(async () => {
    await stage.db.empty();
    await stage.contact('acme', 'Common Zz00000');
    await stage.db.database.prisma.$executeRaw`
      INSERT INTO contacts (crm_group_id, first_name, last_name, active, updated_at)
      SELECT c.crm_group_id, CASE WHEN n > 8500 THEN 'Common' WHEN n % 40 = 0 THEN 'Often' ELSE 'Somebody' END,
        CASE WHEN n > 8500 THEN 'Zz' ELSE 'Aa' END || lpad(n::text, 5, '0'), true, now()
      FROM contacts c, generate_series(1, 9000) n`;
    await stage.db.database.prisma.$executeRaw`ANALYZE contacts`;
  });
  afterAll(() => stage.db.empty());

  const firstTwo = async (search: string, descending = false) =>
    people({ search, sort: { field: 'LAST_NAME', descending }, page: { first: 2, after: null } });

  test.each<[string, string, string[]]>([
    ['a word that occurs everywhere is found on the way', 'often', ['Often Aa00040', 'Often Aa00080']],
    ['a common word that occurs at the end only is found', 'common', ['Common Zz00000', 'Common Zz08501']],
    ['a rare one is found', 'aa04321', ['Somebody Aa04321']],
    ['a word that nobody has finds nobody', 'elsewhere', []],
  ])('%s', async (_name, search, expected) => {
    expect(await firstTwo(search)).toEqual(expected);
  });

  test('the search for a part of it goes on page after page', async () => {
    const opened = await stage.inGroup('dev', 'acme');
    const pages: string[][] = [];
    for (let after: string | null = null; pages.length < 3; ) {
      const asked = { words: ['ommon'], contacts: true, organizations: true, includeInactive: false, after };
      const { found, next } = await searchCustomers(stage.deps, opened, asked);
      pages.push(found.map((each) => (each.kind === 'contact' ? fullName(each.contact) : each.kind)));
      after = next;
    }
    const expected = Array.from(
      { length: 23 },
      (_, index) => `Common Zz${String(8501 + index).padStart(5, '0')}`,
    );
    expect(pages.flat()).toEqual(['Common Zz00000', ...expected]);
  });

  test('pages of a common word meet at both ends', async () => {
    const all = await people({ search: 'often' });
    expect(await firstTwo('often', true)).toEqual(['Often Aa08480', 'Often Aa08440']);
    const first = await contacts({ search: 'often', page: { first: 100, after: null } });
    const rest = await contacts({ search: 'often', page: { first: 100, after: first.cursorAt(99) } });
    const third = await contacts({ search: 'often', page: { first: 100, after: rest.cursorAt(99) } });
    expect(all).toEqual(first.rows.map(fullName));
    expect([first, rest, third].map(({ rows }) => rows.length)).toEqual([100, 100, 12]);
    const back = await contacts({ search: 'often', page: { last: 100, before: rest.cursorAt(0) } });
    expect(back.rows.map(fullName)).toEqual(all);
  });
});
