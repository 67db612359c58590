import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactReferences, gitLabArgumentTokens } from '../../../src/commands/grammar/contact-references.ts';
import { renderArgument } from '../../../src/commands/grammar/render-argument.ts';
import { splitVerb } from '../../../src/commands/grammar/slack-line.ts';
import type { Surface } from '../../../src/commands/grammar/token.ts';
import { tokenize } from '../../../src/commands/grammar/tokenize.ts';

const surfaces = fc.constantFrom<Surface>('slack', 'gitlab');
const piece = fc.constantFrom(
  ...'"\'“”„«»‘’‹›*_~`<>|@#!&;,:=[]()-—–. \n\t\u00a0\u3000\u200b\u200d\ufeff\u202e\u0301',
  ...[
    'a',
    'Ada',
    'a@b.co',
    '<@U1AB|x>',
    '<mailto:a@b.co|b>',
    '<https://x.y|z>',
    '&amp;',
    '&lt;',
    '[contact:',
    'org=',
    'org:',
  ],
  ...['--x', '—x', '😀', 'é', '\ud800', '][', '<!subteam^S12|x>', 'contact:', 'mailto:', 'https://x.y'],
);
const soup = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
const anything = fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }));

describe('any text at all', () => {
  it('is tokenized without throwing, in rising places that hold what was read', () => {
    fc.assert(
      fc.property(anything, surfaces, (text, surface) => {
        const { tokens, problems } = tokenize(text, surface);
        let before = 0;
        for (const { start, end, raw } of tokens) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(start, end)).toBe(raw);
          before = end;
        }
        for (const { start, end, raw } of problems) expect(text.slice(start, end)).toBe(raw);
      }),
      { numRuns: 5_000 },
    );
  });

  it('gives contact references that are never empty', () => {
    fc.assert(
      fc.property(anything, (text) => {
        for (const reference of contactReferences(text)) expect(reference).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  it('has a verb in lower case and a rest that is the end of it', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const { verb, rest, offset } = splitVerb(text);
        expect(verb).toBe(verb.toLowerCase());
        expect(text.slice(offset)).toBe(rest);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a rendered argument', () => {
  const said = fc.array(
    fc.constantFrom(...'ab ,;:=-"\'“«<>&*_[]@.', 'é', '😀', 'O’Brien', '--x', 'k=v', '\n'),
    { maxLength: 12 },
  );
  const text = said.map((parts) => parts.join('').normalize('NFC'));

  it('is read back as it was, with either surface, among others', () => {
    const free = text.filter((value) => !(/["“]/.test(value) && /['’]/.test(value) && /[«]/.test(value)));
    fc.assert(
      fc.property(fc.array(free, { minLength: 1, maxLength: 4 }), (texts) => {
        const { tokens, problems } = tokenize(
          texts.map((value) => renderArgument(value, 'slack')).join(' '),
          'slack',
        );
        expect(problems).toEqual([]);
        expect(tokens.map((token) => ('text' in token ? token.text : token))).toEqual(texts);
      }),
      { numRuns: 5_000 },
    );
  });

  it('alone is read back exactly', () => {
    fc.assert(
      fc.property(text, (value) => {
        fc.pre(!/[’']/.test(value) || !/["“«]/.test(value));
        const { tokens, problems } = tokenize(renderArgument(value, 'slack'), 'slack');
        expect(problems).toEqual([]);
        expect(tokens).toMatchObject([{ text: value }]);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('contact arguments that GitLab reads to the end', () => {
  const CLEAN = /^[^\s@"(),:;<>[\]\\]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+$/u;
  const address = fc.constantFrom(
    'a@b.co',
    "o'reilly@x.yz",
    'A@EXAMPLE.COM',
    'ü@x.de',
    'a/b@x.co',
    'a=b@c.co',
    'email=a@b.co',
    '--a@b.co',
    '--a=b@c.co',
    '*a*@b.co',
    "'a@b.co",
    '`a@b.co',
    '—a@b.co',
    'a%b@x.co',
    'ab@münchen.de',
  );
  const dressed = fc.tuple(
    fc.constantFrom('', '[contact:', '["contact:', '["contact:[contact:', '"', '[contact:"', '""'),
    address,
    fc.constantFrom('', ']', '"', '"]', '""]', ' ', '  ', '\t'),
  );
  const argument = fc.array(
    fc.oneof(
      dressed.map((parts) => parts.join('')),
      fc.constantFrom(' ', '\t', '\n', '"', ']', '[contact:'),
    ),
    { maxLength: 8 },
  );

  it('are read by Tieline in the same way', () => {
    let compared = 0;
    fc.assert(
      fc.property(argument, fc.constantFrom(' ', '', '  ', '\t'), (parts, separator) => {
        const text = parts.join(separator);
        const expected = gitLabArgumentTokens(text);
        if (!expected.every((reference) => CLEAN.test(reference))) return;
        compared++;
        expect(contactReferences(text)).toEqual(expected);
      }),
      { numRuns: 20_000 },
    );
    expect(compared).toBeGreaterThan(2_000);
  });
});
