import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import type { Inline, Reply, ReplyBlock } from '../../src/commands/reply.ts';
import { renderReply } from '../../src/gitlab/render-reply.ts';

const reply = (title: Inline, ...blocks: ReplyBlock[]): Reply => ({
  tone: 'ok',
  title,
  blocks,
  visibility: 'public',
});
const list = (...texts: Inline[]): ReplyBlock => ({ kind: 'list', items: texts.map((text) => ({ text })) });

describe('a reply in Markdown', () => {
  test('has a strong title, a line per item, and no buttons', () => {
    const rendered = renderReply(
      reply(
        'Added 1 contact',
        {
          kind: 'list',
          items: [
            {
              text: [
                { strong: 'Ada Lovelace' },
                { text: ' ' },
                { code: 'ada@example.com' },
                { text: ' added' },
              ],
            },
            { text: 'grace@example.org was not found', detail: 'nearest: Grace Hopper' },
          ],
        },
        { kind: 'fields', fields: [{ label: 'Phone', value: '+44 20 7946 0000' }] },
        { kind: 'hint', text: 'At most 6 contacts at a time.' },
        { kind: 'actions', actions: [{ label: 'Undo', command: 'unlink' }] },
      ),
    );
    expect(rendered).toBe(
      [
        '**Added 1 contact**',
        '',
        '- **Ada Lovelace** `ada@example.com` added',
        '- `grace@example.org` was not found – nearest: Grace Hopper',
        '',
        '- **Phone:** +44 20 7946 0000',
        '',
        'At most 6 contacts at a time.',
      ].join('\n'),
    );
  });

  test('warns with a sign when something is wrong', () => {
    expect(renderReply({ ...reply('No such contact'), tone: 'error' })).toBe(':warning: **No such contact**');
  });

  test('links to http, https and mailto only', () => {
    const link = (href: string) => renderReply(reply('x', list([{ link: 'Ada [1]', href }]))).split('- ')[1];
    expect(link('https://x.test/a b?(c)')).toBe('[Ada `[1]`](<https://x.test/a%20b?%28c%29>)');
    expect(link('mailto:ada@x.test')).toBe('[Ada `[1]`](<mailto:ada@x.test>)');
    expect(link('javascript:alert(1)')).toBe('Ada `[1]`');
    expect(link('nonsense')).toBe('Ada `[1]`');
  });

  test.each([
    ['a mention', 'ask @all now', 'ask `@all` now'],
    ['a mention across spans', [{ text: 'ask @' }, { text: 'all' }], 'ask `@all`'],
    ['an emoji across a blank code', [{ text: ':a' }, { code: ' ' }, { text: 'b:' }], '`:ab:`'],
    ['an e-mail address in brackets', 'Ada <ada@x.test>', 'Ada \\<`ada@x.test`\\>'],
    ['a contact reference', '[contact:ada@x.test]', '`[contact:ada@x.test]`'],
    ['an issue', 'see acme/app#12.', 'see `acme/app#12`.'],
    ['a merge request', '!1', '`!1`'],
    ['a label of two words', '~"needs review"', '`~"needs` review"'],
    ['a milestone', '%1.0', '`%1.0`'],
    ['a snippet and math', '$1 $x$', '`$1` `$x$`'],
    ['an epic, but not R&D', '&1 R&D', '`&1` R\\&D'],
    ['an address', 'https://evil.test/?a=b', '`https://evil.test/?a=b`'],
    ['an address without a scheme', '(www.evil.test)', '(`www.evil.test`)'],
    ['a command', '/close', '`/close`'],
    ['an emoji', 'x :tada:', 'x `:tada:`'],
    ['HTML', '<b>x</b> <img/src=x>', '\\<b\\>x\\</b\\> \\<img/src=x\\>'],
    ['emphasis', '*a* __b__ ~~c~~', '\\*a\\* \\_\\_b\\_\\_ `~~c~~`'],
    ['a link', '[a](javascript:x)', '`[a](javascript:x`)'],
    [
      'an image beside a link',
      [{ text: 'Hi!' }, { link: 'x', href: 'https://x.test' }],
      'Hi!\u200b[x](<https://x.test/>)',
    ],
    ['two codes side by side', [{ code: 'a' }, { code: 'b' }], '`a`\u200b`b`'],
    ['backticks in code', [{ code: 'a`b``' }], '``` a`b`` ```'],
    ['a heading', '# x', '\\# x'],
    ['a list in a list', '- 1. x', '\\- 1. x'],
    ['a numbered list', '1) x', '1\\) x'],
    ['an underline', '===', '\\==='],
    ['a task', '[ ] x', '`[` \\] x'],
    ['lines', 'a\n/close\r\n\u2028/label ~x', 'a `/close` `/label` `~x`'],
    ['a reversed text', 'a\u202eb', 'ab'],
  ] as const)('keeps %s from coming alive', (_name, text, expected) => {
    expect(renderReply(reply('', list(text)))).toBe(`- ${expected}`);
    expect(renderReply(reply('', { kind: 'text', text }))).toBe(expected);
  });
});

const HOSTILE = [
  ...'@/#!~%$&^*_`[](){}<>|\\:;"\'+-=.,? \n\r\t',
  ...['@all', '@ada', '/close', '\n/label ~x', '#1', '!1', '~bug', '%"x y"', '$1', '&1', 'a', 'b1', 'word'],
  ...[
    'http://x.test',
    'www.x.test',
    'a@b.co',
    'mailto:a@b.co',
    '<b>',
    '</b>',
    '<!--',
    '-->',
    '<http://x.co>',
  ],
  ...['[a](b)', '![a](http://x)', '[a]: http://x', '**', '__', '~~', '```', '``', '~~~', '    ', '- ', '1. '],
  ...[
    '\u0000',
    '\u2028',
    '\u00a0',
    '\u3000',
    '\u202e',
    '\u200b',
    '&lt;',
    '&#64;all',
    '\\',
    '---',
    '***',
    '| a |',
  ],
  ...[':tada:', '$`x`$', '{+ x +}', '[[x]]', '[contact:a@b.co]', '>>>', '::: x', 'GL-1', '\ud800', 'é', '😀'],
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 3, unit: 'binary' })), {
    maxLength: 14,
  })
  .map((parts) => parts.join(''));

const USER_TOKENS = new Set(['text', 'code_inline', 'softbreak', 'text_special']);
const OWN_BLOCKS = new Set(
  ['paragraph', 'bullet_list', 'list_item', 'inline'].flatMap((b) => [b, `${b}_open`, `${b}_close`]),
);

/** Everything Markdown makes of it that is neither our own frame nor text nor code. */
function alive(markdown: string): string[] {
  const parser = new MarkdownIt({ html: true, linkify: true });
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: true });
  const tokens = parser.parse(markdown, {});
  const blocks = tokens.map((token) => token.type).filter((type) => !OWN_BLOCKS.has(type));
  const inline = tokens.flatMap((token) => token.children ?? []);
  return [...blocks, ...inline.map((token) => token.type).filter((type) => !USER_TOKENS.has(type))];
}

/** What GitLab looks for references in: rendered text outside of code. */
function plainParts(markdown: string): string[] {
  const tokens = new MarkdownIt({ html: true }).parse(markdown, {});
  return tokens.flatMap((token) => {
    const parts = [''];
    for (const child of token.children ?? []) {
      if (child.type === 'text' || child.type === 'text_special') parts[parts.length - 1] += child.content;
      else parts.push('');
    }
    return parts;
  });
}

const REFERENCES =
  /(?<!\w)@\w|@\w+\.|[#!&$^]\d|[~%]["\w]|:\/\/|www\.|\[contact:|\{[+-]|:\w+:|\$`|^\s*\[[ x]\]/;

describe('whatever a person wrote', () => {
  test('no line, link, emphasis, HTML or reference comes of it, in 5,000 strings', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const markdown = renderReply({
          ...reply([{ text: one }, { link: '', href: '' }], { kind: 'text', text: one }),
          blocks: [
            { kind: 'text', text: [{ text: one }, { code: other }, { text: one }] },
            {
              kind: 'list',
              items: [{ text: one, detail: other }, { text: [{ code: other }, { code: one }] }],
            },
            { kind: 'hint', text: other },
          ],
        });
        for (const line of markdown.split(/[\n\r\u2028\u2029]/)) expect(line).not.toMatch(/^\s*(?:- )?[/@]/);
        expect(alive(markdown)).toEqual([]);
        for (const part of plainParts(markdown)) expect(part).not.toMatch(REFERENCES);
      }),
      { numRuns: 5_000 },
    );
  });

  test('strong text brings nothing but its own strength', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = renderReply(
          reply(text, list([{ strong: text }]), { kind: 'fields', fields: [{ label: text, value: text }] }),
        );
        for (const line of markdown.split('\n')) expect(line).not.toMatch(/^\s*(?:- )?[/@]/);
        expect(alive(markdown).filter((type) => !type.startsWith('strong_'))).toEqual([]);
        for (const part of plainParts(markdown)) expect(part).not.toMatch(REFERENCES);
      }),
      { numRuns: 2_000 },
    );
  });

  test('100 kB of it take less than a second', () => {
    for (const piece of ['@', '`', '[', '*', 'a ', 'a1', '$', '!']) {
      const startedAt = performance.now();
      renderReply(reply('x', { kind: 'text', text: piece.repeat(100_000 / piece.length) }));
      expect(performance.now() - startedAt, piece).toBeLessThan(1_000);
    }
  });
});
