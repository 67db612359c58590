import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bindTokens } from '../../src/commands/bind.ts';
import { arg, type Command, defineCommand } from '../../src/commands/command.ts';
import { tokenize } from '../../src/commands/grammar/tokenize.ts';
import { AppError } from '../../src/domain/errors.ts';

/** A command that only has arguments. */
const withArgs = (args: z.ZodObject): Command =>
  defineCommand({
    name: 'sample',
    surfaces: { slack: { words: ['sample'] } },
    summary: 'Do nothing',
    args,
    examples: ['/crm sample'],
    ability: null,
    run: async () => null,
    reply: () => ({ tone: 'info', title: '', blocks: [], visibility: 'private' }),
  });

const text = z.string().optional();
const list = z.array(z.string()).default([]);

const link = withArgs(
  z.object({
    issue: arg(text, { typed: 'one', hint: 'issue', order: 0, prefers: 'issue' }),
    contacts: arg(list, { typed: 'each', hint: 'contact', order: 1, prefers: 'address', joins: true }),
  }),
);
const person = withArgs(
  z.object({
    name: arg(list, { typed: 'each', hint: 'First Last', order: 0 }),
    email: arg(text, { typed: 'option', hint: 'e-mail', order: 1, prefers: 'address', aliases: ['mail'] }),
    org: arg(text, { typed: 'option', hint: 'organization', aliases: ['company'] }),
    closed: arg(z.boolean().default(false), { typed: 'flag', hint: 'closed' }),
    after: arg(text, { typed: 'option', hint: 'page', hidden: true }),
  }),
);
const named = withArgs(
  z.object({
    reference: arg(z.string(), { typed: 'rest', hint: 'contact or org', order: 0, prefers: 'address' }),
    page: arg(z.coerce.number().int().min(1).default(1), { typed: 'option', hint: 'number' }),
  }),
);

const bound = (command: Command, line: string): unknown =>
  bindTokens(command, tokenize(line, 'slack').tokens);

describe('an issue and contacts', () => {
  test.each([
    ['in order', 'acme/app#1 ada@example.com', 'acme/app#1', ['ada@example.com']],
    ['the other way round', 'ada@example.com acme/app#1', 'acme/app#1', ['ada@example.com']],
    ['an issue between contacts', 'a@x.co acme/app#1 b@x.co', 'acme/app#1', ['a@x.co', 'b@x.co']],
    [
      'an issue by its URL',
      'https://g.test/a/b/-/issues/1 a@x.co',
      'https://g.test/a/b/-/issues/1',
      ['a@x.co'],
    ],
    [
      'a URL as Slack sends it',
      '<https://g.test/a/b/-/issues/1> a@x.co',
      'https://g.test/a/b/-/issues/1',
      ['a@x.co'],
    ],
    ['an address as Slack sends it', 'a/b#1 <mailto:a@x.co|a@x.co>', 'a/b#1', ['a@x.co']],
    ['words side by side make one name', 'a/b#1 Ada Lovelace', 'a/b#1', ['Ada Lovelace']],
    [
      'an address ends a name',
      'a/b#1 Ada Lovelace g@x.co Alan Turing',
      'a/b#1',
      ['Ada Lovelace', 'g@x.co', 'Alan Turing'],
    ],
    ['a number ends a name', 'a/b#1 Ada Lovelace C12 Alan', 'a/b#1', ['Ada Lovelace', 'C12', 'Alan']],
    [
      'quotation marks part names',
      'a/b#1 "Ada Lovelace" "Alan Turing"',
      'a/b#1',
      ['Ada Lovelace', 'Alan Turing'],
    ],
    ['words in between, as people talk', 'a@x.co and C12 to a/b#1', 'a/b#1', ['a@x.co', 'C12']],
    ['a word behind the issue', 'a/b#1 with a@x.co', 'a/b#1', ['a@x.co']],
    ['a name before the issue', 'Ada Lovelace to a/b#1', 'a/b#1', ['Ada Lovelace']],
    ['a name that has such a word in it', 'a/b#1 Ada and Company', 'a/b#1', ['Ada and Company']],
    ['somebody called so', 'a/b#1 To Nguyen', 'a/b#1', ['To Nguyen']],
    ['GitLab’s spelling', 'a/b#1 [contact:a@x.co][contact:b@x.co]', 'a/b#1', ['a@x.co', 'b@x.co']],
  ])('%s', (_name, line, issue, contacts) => {
    expect(bound(link, line)).toEqual({ issue, contacts });
  });
});

describe('a name with options', () => {
  const nothing = { name: [], closed: false };

  test.each([
    ['nothing at all', '', nothing],
    ['words stay apart', 'Grace Hopper', { ...nothing, name: ['Grace', 'Hopper'] }],
    [
      'quoted words stay together',
      '"Mary Ann" "van der Berg"',
      { ...nothing, name: ['Mary Ann', 'van der Berg'] },
    ],
    [
      'an address finds its field',
      'Grace g@x.co Hopper',
      { ...nothing, name: ['Grace', 'Hopper'], email: 'g@x.co' },
    ],
    ['a misspelt address finds it too', 'Grace g@x', { ...nothing, name: ['Grace'], email: 'g@x' }],
    ['an option', 'org=Navy', { ...nothing, org: 'Navy' }],
    ['an option in quotation marks', 'org="Royal Navy"', { ...nothing, org: 'Royal Navy' }],
    ['an option by another name', 'company=Navy', { ...nothing, org: 'Navy' }],
    ['an option in capitals', 'ORG=Navy', { ...nothing, org: 'Navy' }],
    ['an option written as a flag with a word behind it', '--org Navy', { ...nothing, org: 'Navy' }],
    ['an option whose value holds =', 'org=a=b', { ...nothing, org: 'a=b' }],
    ['the last of two counts', 'org=A org=B', { ...nothing, org: 'B' }],
    ['a flag', '--closed', { ...nothing, closed: true }],
    ['a flag on its way from a phone', '—closed', { ...nothing, closed: true }],
    ['a flag that is set to no', 'closed=no', { ...nothing, closed: false }],
    ['a hidden option', 'after=abc', { ...nothing, after: 'abc' }],
  ])('%s', (_name, line, expected) => {
    expect(bound(person, line)).toEqual(expected);
  });
});

describe('the rest of a line', () => {
  test.each([
    ['is one value', 'Ada King Lovelace', { reference: 'Ada King Lovelace', page: 1 }],
    ['takes an address', 'ada@example.com', { reference: 'ada@example.com', page: 1 }],
    ['leaves options out', 'Ada page=2 Lovelace', { reference: 'Ada Lovelace', page: 2 }],
  ])('%s', (_name, line, expected) => {
    expect(bound(named, line)).toEqual(expected);
  });
});

describe('what is refused', () => {
  /** Everything that was told of the refusal. */
  function refusal(command: Command, line: string): { code: string; data: unknown } {
    try {
      return expect.fail(`taken: ${JSON.stringify(bound(command, line))}`);
    } catch (error) {
      if (error instanceof AppError) return { code: error.code, data: error.data };
      throw error;
    }
  }

  test('an option that there is not names the nearest, and what there is but for the hidden ones', () => {
    expect(refusal(person, 'ogr=Navy')).toEqual({
      code: 'input.unknown_option',
      data: { option: 'ogr=', near: 'org=', known: ['email=', 'org=', '--closed'] },
    });
  });

  test('a flag that there is not', () => {
    expect(refusal(person, '--close')).toMatchObject({
      code: 'input.unknown_option',
      data: { option: '--close', near: '--closed' },
    });
  });

  test('a word too many', () => {
    expect(refusal(withArgs(z.object({})), 'what now')).toEqual({
      code: 'parse.bad_syntax',
      data: { problem: 'I do not know what to do with “what”.', position: 0 },
    });
  });

  test.each([
    ['at the end of the line', 'Ada --org'],
    ['before another flag', '--org --closed'],
    ['before another option', '--org email=a@x.co Navy'],
  ])('an option without its value, %s', (_name, line) => {
    expect(refusal(person, line)).toMatchObject({
      code: 'parse.bad_syntax',
      data: { problem: '--org needs a value.' },
    });
  });

  test('something that is needed, by its hint and with an example', () => {
    expect(refusal(named, '')).toEqual({
      code: 'input.missing',
      data: { field: 'contact or org', usage: '/crm sample' },
    });
  });

  test.each(['0', '-1', '1.5', 'two', '1e99'])('page=%s', (page) => {
    expect(refusal(named, `Ada page=${page}`)).toMatchObject({
      code: 'input.invalid',
      data: { rule: 'page' },
    });
  });
});

test('a line leaves nothing behind for the next one', () => {
  bound(person, 'Ada Lovelace org=Navy --closed');
  expect(bound(person, '')).toEqual({ name: [], closed: false });
});
