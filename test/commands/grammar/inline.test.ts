import { describe, expect, it } from 'vitest';
import { nestedText } from '../../../src/commands/grammar/markdown/nested-text.ts';

/** The characters that are not inside any inline element; the label `a` is defined. */
function own(text: string): string {
  const nested = nestedText(text, (label) => label.trim().toLowerCase() === 'a');
  return [...text].filter((_, index) => nested[index] === 0).join('');
}

describe("what is a paragraph's own text", () => {
  it.each([
    ['a reference', 'x [a] y', 'x  y'],
    ['a collapsed reference', 'x [A][] y', 'x  y'],
    ['a full reference', 'x [b c][a] y', 'x  y'],
    ['a full reference to nothing', 'x [a][b] y', 'x [a][b] y'],
    ['brackets around a reference', 'x [[a]] y', 'x [] y'],
    ['a reference before brackets that are no label', '[a][[b]]', '[[b]]'],
    ['code inside what would be a label', 'x[a][`](<u>`', 'x[a]['],
    ['an image by reference', 'x ![a] y', 'x  y'],
    ['an image by reference before a bare bracket', '![a](*', '(*'],
    ['an empty label', 'x [] y', 'x [] y'],
    ['an empty label before a bad target', '[](<u>*[a](b)*', '[]('],
    ['a link in a link is the inner one', '[x [y](z) w](v)', '[x  w](v)'],
    ['an image may hold a link', '![x [y](z) w](v)', ''],
    ['a link may hold an image', '[x ![y](z) w](v)', ''],
    ['emphasis across the edge of a link is none', '*x [y*](z)', '*x '],
    ['struck text, singly and doubly', '~x~ ~~y~~ ~z~~ ~~~w~~~', '  ~z~~ ~~~w~~~'],
    ['a target with balanced and escaped parentheses', '[x](u(v)\\(w)y', 'y'],
    ['a target after spaces, with a title', "[x]( u 't' )y", 'y'],
    ['a target with a space is none', '[x](u v)y', '[x](u v)y'],
    ['unfinished HTML', 'a <b c="d e', 'a <b c="d e'],
    ['comments, instructions, declarations, character data', '<!-- a --><?b?><!C d><![CDATA[e]]>f', 'f'],
    ['a short comment', '<!-->a<!--->b', 'ab'],
    ['an unfinished comment beside a finished instruction', '<!-- <?a?> b', '<!--  b'],
  ])('%s', (_, text, expected) => {
    expect(own(text)).toBe(expected);
  });
});
