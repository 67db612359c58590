import fc from 'fast-check';

/** Pieces that some program or reader in the way takes for more than letters. */
export const HOSTILE_PIECES: readonly string[] = [
  // Slack
  ...['<!channel>', '<!here>', '<!everyone>', '<@U0OLGA001>', '<#C0SALES01>', '<!subteam^S1>'],
  ...[
    '<https://evil.test|click>',
    '<mailto:a@b.co|x>',
    '&lt;!channel&gt;',
    '&amp;',
    ':tada:',
    '*bold*',
    '_i_',
  ],
  // GitLab and Markdown
  ...[
    '@all',
    '@olga',
    '/close',
    '\n/close',
    '/add_contacts a@b.co',
    '\n@tieline set_contacts',
    '/crm unlink',
  ],
  ...['[contact:a@b.co]', '#1', '!1', '~bug', '%1.0', '$1', '&1', 'acme/app#4', '[x](javascript:alert(1))'],
  ...[
    '![x](https://evil.test/p.png)',
    '# h',
    '- [ ] x',
    '> q',
    '```',
    '`',
    '~~~',
    '| a |',
    '---',
    '<!-- x -->',
  ],
  // HTML, addresses, programs
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '</b>',
    'https://evil.test',
    'www.evil.test',
  ],
  ...[
    "'; DROP TABLE contacts; --",
    '$' + '{process.exit()}',
    '{{7*7}}',
    '%s%n',
    '$(reboot)',
    '\\',
    '\\n',
    '"',
    "'",
  ],
  // Characters
  ...['\u202e', '\u2066', '\u200b', '\u200d', '\ufeff', '\u00ad', '\u2028', '\u0000', '\u0007', '\u001b[31m'],
  ...['\ud800', '\udc00', 'שלום', 'مرحبا', '👩‍👩‍👧‍👦', '🏳️‍🌈', 'é', 'e\u0301', 'ﷺ', '漢字', 'İ', 'ß', 'Z̸̡͇a'],
  ...[' ', '  ', '\t', '\n', '\r\n', '\u00a0', '\u3000', '', '\\', '=', 'key=value', '--public', '--group'],
  ...['null', 'undefined', '__proto__', 'constructor', 'NaN', 'true', '0', 'C1', 'O1', 'none', 'me'],
];

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE_PIECES) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
);

/** A text that somebody gives in bad faith: a few pieces, or one of them ten thousand characters long. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 30, arbitrary: fc.array(piece, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...HOSTILE_PIECES), fc.constantFrom(255, 256, 1_024, 1_025, 10_000))
      .map(([one, length]) => one.repeat(length).slice(0, length)),
  },
);

/**
 * What a reader sees of a text, for comparing what was stored with what is shown: without white space, signs that
 * show nothing, and the signs that formatting is made of. Letters count as the same however they are composed.
 */
export const visible = (text: string): string =>
  text.normalize('NFC').replaceAll(/[\s\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}*`_~\\]/gu, '');
