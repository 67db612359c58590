import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fullName } from '../../../src/domain/customers.ts';
import { AppError } from '../../../src/domain/errors.ts';
import {
  type CustomerSearch,
  type CustomersFound,
  searchCustomers,
} from '../../../src/services/contacts/search-customers.ts';
import { refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

const find = async (
  words: string,
  more: Partial<CustomerSearch> = {},
  [name, path]: [Parameters<Stage['inGroup']>[0], string] = ['pia', 'acme'],
): Promise<CustomersFound> =>
  searchCustomers(stage.deps, await stage.inGroup(name, path), {
    words: words.split(' ').filter((word) => word !== ''),
    contacts: true,
    organizations: true,
    includeInactive: false,
    after: null,
    ...more,
  });
const namesOf = ({ found }: CustomersFound): string[] =>
  found.flatMap((hit) => (hit.kind === 'contact' ? [fullName(hit.contact)] : []));
const organizationsOf = ({ found }: CustomersFound): string[] =>
  found.flatMap((hit) => (hit.kind === 'organization' ? [hit.organization.name] : []));
const NONE = { count: 0, orMore: false };
const ONE = { count: 1, orMore: false };
const TWO = { count: 2, orMore: false };

describe('among a few customers', () => {
  beforeAll(async () => {
    await stage.db.empty();
    await stage.organization('acme', 'Analytical Engines', { description: 'First customer' });
    await stage.organization('acme', 'Sunset Telegraph', { active: false });
    await stage.contact('acme', 'Ada Lovelace', {
      email: 'ada@example.com',
      organization: 'Analytical Engines',
      description: 'Reads the changelog',
      phone: '+44 20 7946 0001',
    });
    await stage.contact('acme', 'John Smith', { email: 'js@example.com' });
    await stage.contact('acme', 'José Núñez', { email: 'jose@example.net' });
    await stage.contact('acme', 'Иван Чехов', { email: 'ivan@example.net' });
    await stage.contact('acme', 'Percy Percent', { description: 'takes 100% of the call_backs' });
    await stage.contact('acme', 'Back Slash', { description: 'C:\\temp' });
    await stage.contact('acme', 'Annie Easley', { email: 'annie@example.org', active: false });
    await stage.contact('globex', 'Ada Byron', { email: 'ada@example.com' });
  });

  test.each([
    ['a part of a first name', 'joh', ['John Smith']],
    ['a part of a last name', 'mit', ['John Smith']],
    ['a part of an address', 'js@exa', ['John Smith']],
    ['a word of a note', 'changelog', ['Ada Lovelace']],
    ['first and last name', 'John Smith', ['John Smith']],
    ['last and first name', 'smith john', ['John Smith']],
    ['a name and a word of the address', 'josé example.net', ['José Núñez']],
    ['the organization’s name', 'analytical', ['Ada Lovelace']],
    ['a name and the organization’s', 'ada engines', ['Ada Lovelace']],
    ['the organization’s note is not the contact’s', 'ada customer', []],
    ['capitals for small letters', 'ADA', ['Ada Lovelace']],
    ['no accents for accents', 'jose nunez', ['José Núñez']],
    ['accents in capitals', 'NÚÑEZ', ['José Núñez']],
    ['accents where there are none', 'ádà', ['Ada Lovelace']],
    ['another script in another case', 'иВАН', ['Иван Чехов']],
    ['a per cent sign, literally', '100%', ['Percy Percent']],
    ['a per cent sign that matches nothing', 'a%lovelace', []],
    ['an underscore, literally', 'call_backs', ['Percy Percent']],
    ['an underscore that is no wildcard', 'call_bac_s', []],
    ['a full-width per cent sign is no wildcard', 'a％lovelace', []],
    ['a backslash, literally', 'C:\\temp', ['Back Slash']],
    ['a backslash at the end', 'temp\\', []],
    ['the phone number is not searched', '7946', []],
    ['one word that fits and one that does not', 'ada smith', []],
    ['a quotation mark', "o'", []],
    ['NUL finds nothing, without a fault', 'a\0da', []],
    ['half of a character finds nothing, without a fault', 'a\ud83d', []],
  ])('%s', async (_name, words, expected) => {
    expect(namesOf(await find(words))).toEqual(expected);
  });

  test('nothing to look for lists everybody by last name', async () => {
    expect(namesOf(await find(''))).toEqual([
      'Ada Lovelace',
      'José Núñez',
      'Percy Percent',
      'Back Slash',
      'John Smith',
      'Иван Чехов',
    ]);
  });

  test('organizations are found by name and note', async () => {
    expect(organizationsOf(await find('engines'))).toEqual(['Analytical Engines']);
    expect(organizationsOf(await find('first'))).toEqual(['Analytical Engines']);
  });

  test('inactive ones are left out and counted', async () => {
    const found = await find('an');
    expect([namesOf(found).includes('Annie Easley'), found.inactive]).toEqual([false, ONE]);
    expect((await find('telegraph')).inactive).toEqual(ONE);
    expect((await find('')).inactive).toEqual(TWO);
  });

  test('inactive ones are found when asked for, and nothing is counted then', async () => {
    const found = await find('annie', { includeInactive: true });
    expect([namesOf(found), found.inactive]).toEqual([['Annie Easley'], NONE]);
    expect(found.found).toMatchObject([{ contact: { active: false } }]);
  });

  test('a name with a letter wrong is found, and marked as near', async () => {
    for (const words of ['lovleace', 'ada lovlace', 'smtih', 'nunes']) {
      const found = await find(words);
      expect([found.near, namesOf(found).length], words).toEqual([true, 1]);
    }
    expect((await find('lovelace')).near).toBe(false);
  });

  test('nothing near is offered where an inactive one holds the words, nor for words under five letters', async () => {
    expect(await find('easley')).toMatchObject({ found: [], near: false, inactive: ONE });
    expect(await find('jhon')).toMatchObject({ found: [], near: false });
  });

  test('words beyond the tenth are told', async () => {
    const words = Array.from({ length: 12 }, (_, index) => 'abcdefghijkl'[index] ?? '');
    expect((await find(words.join(' '))).wordsLeftOut).toEqual(['k', 'l']);
  });

  test('contacts alone or organizations alone are found when asked for', async () => {
    const contacts = await find('analytical', { organizations: false });
    expect([namesOf(contacts).length, organizationsOf(contacts).length]).toEqual([1, 0]);
    const organizations = await find('analytical', { contacts: false });
    expect([namesOf(organizations).length, organizationsOf(organizations).length]).toEqual([0, 1]);
  });

  test('a subgroup finds what its crm group holds, another company only its own', async () => {
    expect(namesOf(await find('ada', {}, ['pia', 'acme/platform/infra']))).toEqual(['Ada Lovelace']);
    expect(namesOf(await find('ada', {}, ['nina', 'globex']))).toEqual(['Ada Byron']);
  });

  test.each([
    ['a guest is told what it takes', 'gus', 'acme', 'forbidden.ability'],
    ['to a stranger the group does not exist', 'nina', 'acme', 'not_found.group'],
    ['nor does a subgroup', 'nina', 'acme/support', 'not_found.group'],
  ] as const)('%s', async (_name, who, path, code) => {
    expect((await refusalOf(find('ada', {}, [who, path]))).code).toBe(code);
  });

  test.each([
    ['words', 'next please'],
    ['an empty list', Buffer.from('[]').toString('base64url')],
    ['a rank that there is not', Buffer.from('[9,"a","1"]').toString('base64url')],
    ['a rank beyond every number', Buffer.from('[1e300,"a","1"]').toString('base64url')],
    ['an id that no row has', Buffer.from(`[1,"a","${'9'.repeat(30)}"]`).toString('base64url')],
    ['an id that is no number', Buffer.from('[1,"a","1;"]').toString('base64url')],
    ['nothing at all', ''],
  ])('a page behind %s is refused as none of ours', async (_name, after) => {
    expect(await refusalOf(find('ada', { after }))).toMatchObject({
      code: 'input.invalid',
      data: { rule: 'cursor' },
    });
  });

  test('whatever is typed is searched or refused, never a fault', async () => {
    const opened = await stage.inGroup('pia', 'acme');
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const after = fc.option(
      fc.oneof(
        text,
        fc
          .tuple(fc.integer({ min: -1, max: 3 }), text, fc.string({ unit: fc.constantFrom('0', '9', '-') }))
          .map((cursor) => Buffer.from(JSON.stringify(cursor)).toString('base64url')),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 12 }), after, async (words, cursor) => {
        const search = { words, contacts: true, organizations: true, includeInactive: false, after: cursor };
        await searchCustomers(stage.deps, opened, search).catch((error: unknown) => {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ code: 'input.invalid' });
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('the best match', () => {
  test('comes first: the exact address, then what starts with the words, then the rest', async () => {
    await stage.db.empty();
    await stage.contact('acme', 'Aaron Rest', { description: 'knows mary@example.com' });
    await stage.contact('acme', 'Zoe Exact', { email: 'Mary@example.com' });
    await stage.contact('acme', 'Bea Longer', { email: 'mary@example.com.au' });
    expect(namesOf(await find('mary@example.com'))).toEqual(['Zoe Exact', 'Bea Longer', 'Aaron Rest']);
  });

  test('counts the start of the full name, the last name and the address alike, in order of name', async () => {
    await stage.db.empty();
    await stage.contact('acme', 'Rosemary Aaa');
    await stage.contact('acme', 'Mary Somerville');
    await stage.contact('acme', 'Ann Maryland');
    await stage.contact('acme', 'Zed Zed', { email: 'mary@example.com' });
    expect(namesOf(await find('mary'))).toEqual([
      'Ann Maryland',
      'Mary Somerville',
      'Zed Zed',
      'Rosemary Aaa',
    ]);
  });

  test('an organization that starts with the words comes before one that holds them', async () => {
    await stage.db.empty();
    await stage.organization('acme', 'A Navy Supplier');
    await stage.organization('acme', 'Navy');
    expect(organizationsOf(await find('navy'))).toEqual(['Navy', 'A Navy Supplier']);
  });
});

describe('page after page', () => {
  const numbered = (n: number): string => `Page Person${String(n).padStart(2, '0')}`;

  beforeEach(async () => {
    await stage.db.empty();
    for (let n = 1; n <= 20; n += 1) await stage.contact('acme', numbered(n));
  });

  /** Every page from the first; `between` runs after each. */
  async function pages(between: (page: number) => Promise<unknown> = async () => {}): Promise<string[][]> {
    const all: string[][] = [];
    let after: string | null = null;
    do {
      const found: CustomersFound = await find('page', { after });
      all.push(namesOf(found));
      after = found.next;
      await between(all.length);
    } while (after !== null);
    return all;
  }

  test('everybody comes once, eight at a time', async () => {
    const all = await pages();
    expect(all.map((page) => page.length)).toEqual([8, 8, 4]);
    expect(all.flat()).toEqual(Array.from({ length: 20 }, (_, index) => numbered(index + 1)));
  });

  test('there is no next page where the last one is just full', async () => {
    const { prisma } = stage.db.database;
    await prisma.contact.deleteMany({ where: { lastName: { gt: 'Person16' } } });
    expect((await pages()).map((page) => page.length)).toEqual([8, 8]);
  });

  test('who is added meanwhile, before or behind, makes nobody come twice or stay away', async () => {
    const all = await pages(async (page) => {
      if (page !== 1) return;
      await stage.contact('acme', 'Page Person00');
      await stage.contact('acme', 'Page Person10b');
    });
    const expected = Array.from({ length: 20 }, (_, index) => numbered(index + 1));
    expected.splice(10, 0, 'Page Person10b');
    expect(all.flat()).toEqual(expected);
  });

  test('who goes away meanwhile, were it the last one shown, makes nobody stay away', async () => {
    const { prisma } = stage.db.database;
    const all = await pages(async (page) => {
      if (page === 1)
        await prisma.contact.deleteMany({ where: { lastName: { in: ['Person03', 'Person08'] } } });
    });
    expect(all.flat()).toEqual(Array.from({ length: 20 }, (_, index) => numbered(index + 1)));
  });

  test('organizations that start with the words come first, over as many pages as it takes', async () => {
    for (let n = 1; n <= 9; n += 1) await stage.organization('acme', `Page ${n}`);
    const first = await find('page');
    expect([organizationsOf(first).length, namesOf(first).length]).toEqual([8, 0]);
    const second = await find('page', { after: first.next });
    expect(organizationsOf(second)).toEqual(['Page 9']);
    expect(namesOf(second)).toEqual(Array.from({ length: 7 }, (_, index) => numbered(index + 1)));
  });

  test('organizations alone are paged themselves', async () => {
    for (let n = 1; n <= 9; n += 1) await stage.organization('acme', `Page ${n}`);
    const first = await find('page', { contacts: false });
    const second = await find('page', { contacts: false, after: first.next });
    expect([...organizationsOf(first), ...organizationsOf(second)]).toEqual(
      Array.from({ length: 9 }, (_, index) => `Page ${index + 1}`),
    );
    expect(second.next).toBeNull();
  });
});
