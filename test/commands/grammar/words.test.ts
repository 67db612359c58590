import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contactReferences, gitLabArgumentTokens } from '../../../src/commands/grammar/contact-references.ts';
import { editDistance, nearest } from '../../../src/commands/grammar/near-miss.ts';
import { splitVerb } from '../../../src/commands/grammar/slack-line.ts';

const fixture = new URL('../../fixtures/extraction.json', import.meta.url);
const cases: { argument_tokens: { argument: string; looked_up: string[] }[] } = JSON.parse(
  readFileSync(fixture, 'utf8'),
);

describe("GitLab's own argument rule, case by case", () => {
  it.each(cases.argument_tokens)('$argument', ({ argument, looked_up }) => {
    expect(gitLabArgumentTokens(argument)).toEqual(looked_up);
  });
});

describe('contact references, where Tieline reads on', () => {
  it.each([
    ['commas separate', '[contact:a@b.co],[contact:c@d.co]', ['a@b.co', 'c@d.co']],
    ['a comma and a space separate', 'a@b.co, c@d.co', ['a@b.co', 'c@d.co']],
    ['semicolons separate', 'a@b.co;c@d.co', ['a@b.co', 'c@d.co']],
    ['brackets back to back separate', '[contact:a@b.co][contact:c@d.co]', ['a@b.co', 'c@d.co']],
    ['spaces inside the brackets are nothing', '[contact: a@b.co ]', ['a@b.co']],
    [
      'the word contact may be in capitals, or stand without brackets',
      '[Contact:a@b.co] contact:c@d.co',
      ['a@b.co', 'c@d.co'],
    ],
    ['a mail scheme and angle brackets are taken off', 'mailto:a@b.co <c@d.co>', ['a@b.co', 'c@d.co']],
    ['a full stop at the end is taken off', 'a@b.co.', ['a@b.co']],
    ['code marks around an address are taken off', '`a@b.co`', ['a@b.co']],
    [
      'a name in quotes or brackets stays whole',
      '"Ada Lovelace" [contact:Grace Hopper]',
      ['Ada Lovelace', 'Grace Hopper'],
    ],
    ['an id and a username stay as they are', 'C12 @ada', ['C12', '@ada']],
    ['duplicates stay', 'a@b.co a@b.co', ['a@b.co', 'a@b.co']],
    ['nothing gives nothing', ' ,; [contact:] "" ', []],
  ])('%s', (_, argument, expected) => {
    expect(contactReferences(argument)).toEqual(expected);
  });
});

describe('the nearest name', () => {
  const names = [
    'add_contacts',
    'remove_contacts',
    'set_contacts',
    'contacts',
    'help',
    'find',
    'new contact',
  ];
  it.each([
    ['one letter missing', 'add_contact', 'add_contacts'],
    ['two neighbours swapped', 'hlep', 'help'],
    ['a dash for an underscore', 'add-contacts', 'add_contacts'],
    ['capitals', 'HELP', 'help'],
    ['a beginning', 'rem', 'remove_contacts'],
    ['one letter wrong', 'fimd', 'find'],
    ['two words', 'new contcat', 'new contact'],
  ])('%s', (_, word, expected) => {
    expect(nearest(word, names)).toBe(expected);
  });

  it.each([
    ['something else altogether', 'weather'],
    ['one letter', 'a'],
    ['nothing', ''],
    ['a very long word', 'add_contacts'.repeat(10)],
  ])('%s is near nothing', (_, word) => {
    expect(nearest(word, names)).toBeNull();
  });

  it('counts insertions, deletions, replacements and swaps as one', () => {
    expect(['ab', 'abcd', 'axc', 'acb', 'abc', ''].map((word) => editDistance('abc', word))).toEqual([
      1, 1, 1, 1, 0, 3,
    ]);
  });
});

describe('the verb of a Slack line', () => {
  it.each([
    ['a plain verb', 'find ada', 'find', 'ada', 5],
    ['a capital from a phone', 'Find ada', 'find', 'ada', 5],
    ['two spaces that a phone made a full stop', 'find. ada', 'find', 'ada', 6],
    ['spaces before and after', '  find\u00a0 ada ', 'find', 'ada ', 8],
    ['a verb alone', 'help ', 'help', '', 5],
    ['an invisible mark before it', '\ufeffHelp', 'help', '', 5],
    ['a name with a full stop inside', 'J.R. smith', 'j.r', 'smith', 5],
    ['an empty line', '', '', '', 0],
  ])('%s', (_, text, verb, rest, offset) => {
    expect(splitVerb(text)).toEqual({ verb, rest, offset });
  });
});
