import { describe, expect, it } from 'vitest';
import { SHAPES } from '../../../bench/grammar/shapes.ts';
import { extractCommands, storedText } from '../../../src/commands/grammar/comment.ts';
import { contactReferences, gitLabArgumentTokens } from '../../../src/commands/grammar/contact-references.ts';
import { splitVerb } from '../../../src/commands/grammar/slack-line.ts';
import { tokenize } from '../../../src/commands/grammar/tokenize.ts';

const names = new Set(['add_contacts', 'remove_contacts', 'close', 'label', 'assign']);
const options = { names, botUsername: 'tieline' };

/** Processor time, which other work on the machine does not lengthen much. */
function millisecondsOf(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The better of two, so that one pause of the machine fails nothing. */
function bestOf(run: () => void, enough: number): number {
  const first = millisecondsOf(run);
  return first < enough ? first : Math.min(first, millisecondsOf(run));
}

/** The slowest of all, and one for each part of the reader; the rest in full size is for `bench/grammar.ts`. */
const WORST = new Set([
  'empty paragraphs',
  'list items',
  'table rows',
  'quoted titles',
  'mixed emphasis',
  'mentions',
]);

describe('hostile comments', () => {
  it.each(SHAPES)('$name, 100,000 characters: read in under half a second', ({ build }) => {
    const comment = build(100_000);
    expect(bestOf(() => extractCommands(comment, options), 500)).toBeLessThan(500);
    expect(bestOf(() => storedText(comment, names), 500)).toBeLessThan(500);
  });

  it.each(SHAPES.filter(({ name }) => WORST.has(name)))(
    '$name, a megabyte: in under 1.5 seconds',
    ({ build }) => {
      const comment = build(1_000_000);
      expect(bestOf(() => extractCommands(comment, options), 1_500)).toBeLessThan(1_500);
    },
  );

  it('a back-tick and 100,000 line feeds: in under 250 milliseconds', () => {
    for (const comment of [`\`${'\n'.repeat(100_000)}`, `/close\n\`${'\n'.repeat(100_000)}/close`]) {
      expect(bestOf(() => extractCommands(comment, options), 250)).toBeLessThan(250);
      expect(bestOf(() => storedText(comment, names), 250)).toBeLessThan(250);
    }
  });
});

describe('hostile lines of 200,000 characters', () => {
  const units = [
    '"',
    '"a ',
    '“a ',
    "'a ",
    '[contact:',
    '[contact:a ',
    '"contact:',
    '<',
    '<@',
    '<mailto:a',
    '*',
    '*a ',
    'a* ',
  ];
  const more = [
    '`',
    '~',
    ']',
    '.',
    'a.',
    'a@',
    '@a.',
    'a=',
    'k="',
    'k="a ',
    '--',
    '](',
    '][',
    ',',
    '&amp;',
    '\u200b',
    'x.',
    'https://x.',
    '\u200d',
  ];
  it.each([...units, ...more])('%j again and again: in under a second', (unit) => {
    const line = unit.repeat(200_000 / unit.length);
    const run = (): void => {
      tokenize(line, 'slack');
      tokenize(line, 'gitlab');
      tokenize(`${line}a`, 'gitlab');
      contactReferences(`https://x${line}a`);
      gitLabArgumentTokens(line);
      splitVerb(line);
    };
    expect(bestOf(run, 1_000)).toBeLessThan(1_000);
  });
});
