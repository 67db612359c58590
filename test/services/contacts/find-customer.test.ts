import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fullName } from '../../../src/domain/customers.ts';
import { type Customer, findCustomer } from '../../../src/services/contacts/find-customer.ts';
import { refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
const ids: Record<string, string> = {};
beforeAll(async () => {
  stage = await startStage();
  const navy = await stage.organization('acme', 'Navy');
  await stage.organization('acme', 'Zebra Crossing');
  const closed = await stage.organization('acme', 'Sunset Telegraph', { active: false });
  const ada = await stage.contact('acme', 'Ada Lovelace', { email: 'Ada@Example.com' });
  const annie = await stage.contact('acme', 'Annie Easley', { email: 'annie@example.org', active: false });
  await stage.contact('acme', 'Grace Hopper', { email: 'grace@example.com', organization: 'Navy' });
  await stage.contact('acme', 'José Núñez', { email: 'jose@example.net' });
  await stage.contact('acme', 'Mary Somerville', { email: 'mary@engines.example.com' });
  await stage.contact('acme', 'Mary Jackson', { email: 'mary@apollo.example.org' });
  await stage.contact('acme', 'Mary Ann Jackson');
  await stage.contact('acme', 'Twin One', { email: 'twin1@example.com' });
  await stage.contact('acme', 'Twin One', { email: 'twin2@example.com' });
  const edna = await stage.contact('globex', 'Edna Krabappel', { email: 'edna@example.org' });
  const hammock = await stage.organization('globex', 'Hammock');
  Object.assign(ids, {
    ADA: `C${ada.id}`,
    ANNIE: `C${annie.id}`,
    NAVY: `O${navy.id}`,
    SUNSET: `O${closed.id}`,
    EDNA: `C${edna.id}`,
    HAMMOCK: `O${hammock.id}`,
  });
});
afterAll(() => stage.close());

const look = async (
  reference: string,
  [name, path]: [Parameters<Stage['inGroup']>[0], string] = ['pia', 'acme'],
): Promise<Customer> =>
  findCustomer(stage.deps, await stage.inGroup(name, path), ids[reference] ?? reference);
const nameOf = (customer: Customer): string =>
  customer.kind === 'contact' ? fullName(customer.contact) : customer.organization.name;

describe('one customer is found by', () => {
  test.each([
    ['an address', 'ada@example.com', 'Ada Lovelace'],
    ['an address in capitals', 'ADA@EXAMPLE.COM', 'Ada Lovelace'],
    ['a contact’s number', 'ADA', 'Ada Lovelace'],
    ['an inactive contact’s address', 'annie@example.org', 'Annie Easley'],
    ['an inactive contact’s number', 'ANNIE', 'Annie Easley'],
    ['an organization’s number', 'NAVY', 'Navy'],
    ['an inactive organization’s number', 'SUNSET', 'Sunset Telegraph'],
    ['a whole name', 'Ada Lovelace', 'Ada Lovelace'],
    ['a whole name in another case', 'ada LOVELACE', 'Ada Lovelace'],
    ['a whole name without its accents', 'jose nunez', 'José Núñez'],
    ['a whole name that another name holds', 'Mary Jackson', 'Mary Jackson'],
    ['a name of three words', 'Mary Ann Jackson', 'Mary Ann Jackson'],
    ['a part that fits one', 'lovel', 'Ada Lovelace'],
    ['words that fit one together', 'mary apollo', 'Mary Jackson'],
    ['an organization’s name', 'navy', 'Navy'],
    ['a part of an organization’s name', 'telegraph', 'Sunset Telegraph'],
  ])('%s', async (_name, reference, expected) => {
    expect(nameOf(await look(reference))).toBe(expected);
  });

  test('an address that two companies know, each for its own contact', async () => {
    await stage.contact('globex', 'Ada Byron', { email: 'ada@example.com' });
    expect(nameOf(await look('ada@example.com', ['nina', 'globex']))).toBe('Ada Byron');
    expect(nameOf(await look('ada@example.com'))).toBe('Ada Lovelace');
  });
});

describe('several customers', () => {
  test('are told apart by their labels', async () => {
    const { code, data } = await refusalOf(look('mary'));
    expect([code, [...(data as { candidates: string[] }).candidates].sort()]).toEqual([
      'ambiguous.contact',
      [
        'Mary Ann Jackson',
        'Mary Jackson (mary@apollo.example.org)',
        'Mary Somerville (mary@engines.example.com)',
      ],
    ]);
  });

  test('of exactly the same name are told apart too', async () => {
    expect((await refusalOf(look('twin one'))).data).toMatchObject({
      candidates: ['Twin One (twin1@example.com)', 'Twin One (twin2@example.com)'],
    });
  });

  test('contacts and organizations stand side by side', async () => {
    await stage.organization('acme', 'Hopper Brothers');
    expect((await refusalOf(look('hopper'))).data).toMatchObject({
      candidates: ['Grace Hopper (grace@example.com)', 'Hopper Brothers'],
    });
    expect(nameOf(await look('hopper brothers'))).toBe('Hopper Brothers');
    expect(nameOf(await look('grace hopper'))).toBe('Grace Hopper');
  });

  test('of exactly the same name are told apart, be they a contact and an organization', async () => {
    await stage.contact('acme', 'Tom Baker');
    await stage.organization('acme', 'Tom Baker');
    expect((await refusalOf(look('tom baker'))).data).toMatchObject({
      candidates: ['Tom Baker', 'Tom Baker'],
    });
  });
});

describe('nobody', () => {
  test.each([
    [
      'an unknown address is answered with the nearest',
      'grase@example.com',
      'Grace Hopper (grace@example.com)',
    ],
    ['a misspelt name is answered with the nearest', 'Ada Lovelase', 'Ada Lovelace (Ada@Example.com)'],
    ['a misspelt organization is answered with the nearest', 'Zebbra Crossing', 'Zebra Crossing'],
    ['an inactive organization is not offered', 'Sunsett Telegraff', null],
    ['nothing is nobody', '', null],
    ['a stranger’s name is near nobody', 'Zaphod', null],
    ['everybody at one host is not near everybody else there', 'zaphod@example.com', null],
    ['a number that nobody has', 'C999999', null],
    ['a NUL finds nobody, without a fault', 'a\0b', null],
  ])('%s', async (_name, reference, nearest) => {
    expect(await refusalOf(look(reference))).toMatchObject({ code: 'not_found.contact', data: { nearest } });
  });

  test('another company’s customers are not found by number, nor offered by likeness', async () => {
    expect(await refusalOf(look('EDNA'))).toMatchObject({
      code: 'not_found.contact',
      data: { nearest: null },
    });
    expect((await refusalOf(look('HAMMOCK'))).code).toBe('not_found.organization');
    expect(await refusalOf(look('edna@example.org'))).toMatchObject({ data: { nearest: null } });
  });

  test('is found by a guest or a stranger', async () => {
    expect((await refusalOf(look('ada@example.com', ['gus', 'acme']))).code).toBe('forbidden.ability');
    expect((await refusalOf(look('ada@example.com', ['nina', 'acme']))).code).toBe('not_found.group');
  });
});
