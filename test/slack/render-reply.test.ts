import type { KnownBlock } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Inline, Reply, ReplyAction, ReplyBlock, ReplyItem, Span } from '../../src/commands/reply.ts';
import { validateBlocks } from '../../src/sandbox/slack/block-kit/validate-blocks.ts';
import { renderReply } from '../../src/slack/render-reply.ts';
import { bareTimes } from '../support/bare-times.ts';

const reply = (more: Partial<Reply> = {}): Reply => ({
  tone: 'info',
  title: 'Contacts',
  blocks: [],
  visibility: 'private',
  ...more,
});
const list = (items: readonly ReplyItem[]): ReplyBlock => ({ kind: 'list', items });
const rows = (count: number, row: (n: number) => ReplyItem): ReplyBlock =>
  list(Array.from({ length: count }, (_, n) => row(n)));
const show: ReplyAction = { label: 'Show', command: 'show C1' };

function rendered(given: Reply): { text: string; blocks: KnownBlock[] } {
  const message = renderReply(given);
  expect(validateBlocks('message', message)).toEqual([]);
  return message;
}

/** Everything a reader sees, and nothing else. */
function seen(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(seen);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, entry]) =>
    name === 'text' && typeof entry === 'string' ? [entry] : seen(entry),
  );
}

/** The texts that Slack looks into for mentions, links and formatting. */
function parsedTexts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(parsedTexts);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text: words, ...rest } = value as Record<string, unknown>;
  if (type === 'mrkdwn') return [String(words)];
  return Object.values({ words, ...rest }).flatMap(parsedTexts);
}

describe('a reply in Slack', () => {
  test('a title stands in bold, with a word for its tone where something is wrong', () => {
    const { blocks, text } = rendered(reply({ tone: 'error', title: 'No contact fits “ada”' }));
    expect(blocks).toEqual([
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'Error: ', style: { bold: true } },
              { type: 'text', text: 'No contact fits “ada”', style: { bold: true } },
            ],
          },
        ],
      },
    ]);
    expect(text).toBe('Error: No contact fits “ada”');
  });

  test('a row with a button is one section whose name is bold', () => {
    const item = {
      text: [{ strong: 'Ada Lovelace' }, { text: ' ada@example.com' }],
      detail: 'Navy',
      action: show,
    };
    expect(rendered(reply({ blocks: [list([item])] })).blocks[1]).toEqual({
      type: 'section',
      text: { type: 'mrkdwn', text: '*Ada Lovelace* ada@example.com\nNavy', verbatim: true },
      accessory: {
        type: 'button',
        action_id: 'crm:0',
        text: { type: 'plain_text', text: 'Show', emoji: false },
        value: 'show C1',
      },
    });
  });

  test.each([
    ['formatting', '*Ada* _x_'],
    ['back-ticks', 'Ada `rm`'],
    ['an emoji', 'Ada :wave:'],
    ['a quote at the start of a line', 'Ada\n> said'],
  ])('a row whose text holds %s is shown as it is, as plain text', (_what, text) => {
    const [, row] = rendered(reply({ blocks: [list([{ text, action: show }])] })).blocks;
    expect(row).toMatchObject({ text: { type: 'plain_text', text, emoji: false } });
  });

  test('an underscore within a word formats nothing and stays', () => {
    const [, row] = rendered(reply({ blocks: [list([{ text: 'ada_l@example.com', action: show }])] })).blocks;
    expect(row).toMatchObject({ text: { type: 'mrkdwn', text: 'ada_l@example.com' } });
  });

  test('a link keeps its address even where its text cannot be formatted', () => {
    const text: Span[] = [{ link: 'acme/app#1', href: 'https://git.example.com/1' }, { text: ' *urgent*' }];
    const { blocks } = rendered(reply({ blocks: [list([{ text, action: show }])] }));
    expect(blocks.map((block) => block.type)).toEqual(['rich_text', 'rich_text', 'actions']);
    expect(JSON.stringify(blocks)).toContain('https://git.example.com/1');
  });

  test.each([
    'javascript:alert(1)',
    'https://slack.com@evil.example/',
    'not an address',
    'slack://open',
    `https://example.com/${'x'.repeat(4000)}`,
  ])('the address %s is dropped and its label stays', (href) => {
    const text: Span[] = [{ link: 'Click here', href }];
    const { blocks } = rendered(
      reply({
        blocks: [
          { kind: 'text', text },
          { kind: 'hint', text },
        ],
      }),
    );
    expect(JSON.stringify(blocks)).not.toContain(href.slice(0, 20));
    expect(seen(blocks).filter((line) => line === 'Click here')).toHaveLength(2);
  });

  test('fields stand ten to a section, with bold labels', () => {
    const fields = Array.from({ length: 12 }, (_, n) => ({ label: `Label ${n}`, value: `Value ${n}` }));
    const { blocks } = rendered(reply({ blocks: [{ kind: 'fields', fields }] }));
    expect(blocks.slice(1).map((block) => block.type === 'section' && block.fields?.length)).toEqual([10, 2]);
    expect(seen(blocks)).toContain('*Label 3*\nValue 3');
  });

  test('what is empty becomes a dash', () => {
    const blocks: ReplyBlock[] = [
      { kind: 'fields', fields: [{ label: 'Phone', value: '' }] },
      { kind: 'text', text: ' ' },
      list([{ text: '' }]),
    ];
    const message = rendered(reply({ title: '', blocks }));
    expect(seen(message.blocks)).toEqual(['–', '*Phone*\n–', '–', '–']);
    expect(message.text).toBe('–\nPhone: –\n–\n• –');
  });

  test('a long text goes on in further blocks and loses nothing', () => {
    const text = Array.from({ length: 1200 }, (_, n) => `word${n}`).join(' ');
    const { blocks } = rendered(reply({ blocks: [{ kind: 'text', text }] }));
    expect(blocks.length).toBeGreaterThan(3);
    expect(seen(blocks.slice(1)).join('')).toBe(text);
  });

  test('a long name is cut between characters, with an ellipsis', () => {
    const [title] = seen(rendered(reply({ title: '👩'.repeat(5000) })).blocks);
    expect(title).toMatch(/^(👩)+$/u);
    expect(seen(rendered(reply({ title: '👩'.repeat(5000) })).blocks).join('')).toMatch(/…$/);
  });

  test('rows beyond fifty blocks are counted in a last line, after the buttons that turn the page', () => {
    const next: ReplyBlock = {
      kind: 'actions',
      actions: [{ label: 'Next page', command: 'find a --page 2' }],
    };
    const blocks = [rows(80, (n) => ({ text: `Contact ${n}`, action: show })), next];
    const message = rendered(reply({ blocks }));
    expect(message.blocks).toHaveLength(50);
    expect(seen(message.blocks.slice(-2))).toEqual([
      'Next page',
      '33 more rows were left out: too many for one message.',
    ]);
  });

  test('rows without buttons share blocks, so that a hundred fit', () => {
    const message = rendered(reply({ blocks: [rows(100, (n) => ({ text: `Contact ${n}` }))] }));
    expect(seen(message.blocks)).toHaveLength(101);
    expect(message.blocks.length).toBeLessThan(10);
  });

  test('a button whose command does not fit is left out rather than cut', () => {
    const action = { label: 'Show', command: `show ${'x'.repeat(2000)}` };
    const blocks: ReplyBlock[] = [{ kind: 'actions', actions: [action] }, list([{ text: 'Ada', action }])];
    expect(rendered(reply({ blocks })).blocks.map((block) => block.type)).toEqual(['rich_text', 'rich_text']);
  });

  test('a button that destroys asks first', () => {
    const action: ReplyAction = {
      label: 'Deactivate',
      command: 'deactivate C1',
      style: 'danger',
      confirm: 'Ada will no longer be offered.',
    };
    const [, actions] = rendered(reply({ blocks: [{ kind: 'actions', actions: [action] }] })).blocks;
    expect(actions).toMatchObject({
      elements: [
        {
          style: 'danger',
          confirm: {
            text: { text: 'Ada will no longer be offered.' },
            confirm: { text: 'Deactivate' },
            deny: { text: 'Cancel' },
            style: 'danger',
          },
        },
      ],
    });
  });

  test('every button of a message has its own action_id', () => {
    const message = rendered(
      reply({
        blocks: [rows(3, () => ({ text: 'Ada', action: show })), { kind: 'actions', actions: [show, show] }],
      }),
    );
    const ids = [...JSON.stringify(message.blocks).matchAll(/"action_id":"([^"]+)"/g)].map(
      (match) => match[1],
    );
    expect(ids).toEqual(['crm:0', 'crm:1', 'crm:2', 'crm:3', 'crm:4']);
  });

  test('the fallback text says everything and holds nothing that Slack would take for a mention', () => {
    const blocks: ReplyBlock[] = [
      list([{ text: 'Ada & <!channel>', detail: 'Navy' }]),
      { kind: 'hint', text: [{ code: '/crm help' }] },
    ];
    expect(rendered(reply({ tone: 'warning', blocks })).text).toBe(
      'Warning: Contacts\n• Ada &amp; &lt;!channel&gt; (Navy)\n/crm help',
    );
  });

  test('characters that reorder or hide text are taken out, those that words need stay', () => {
    const message = rendered(reply({ title: 'A\u202eda\u200b \u2066x\ufeff می\u200cخواهم \ud800' }));
    expect(seen(message.blocks)).toEqual(['Ada x می\u200cخواهم \ufffd']);
  });
});

const NASTY = [
  '<!channel>',
  '<!here|here>',
  '<@U012AB3CD>',
  '<#C012AB3CD|general>',
  '<!subteam^S1|all>',
  '<http://evil.example|https://bank.example>',
  '<mailto:a@b.c|x>',
  '&lt;!channel&gt;',
  '&amp;lt;',
  '*b*',
  '_i_',
  '~s~',
  '`',
  '```\n',
  '> q',
  ':tada:',
  '\u202e',
  '\u200b',
  '\ud83d',
  '👩‍👩‍👧',
  '\0',
  '\n',
  ' ',
  '',
  '|',
  '@everyone',
  'https://evil.example',
];

const text = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.array(fc.constantFrom(...NASTY), { maxLength: 8 }).map((parts) => parts.join('')),
  },
  { weight: 10, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(...NASTY).map((part) => part.repeat(1200).slice(0, 10_000)) },
);
const href = fc.oneof(
  fc.constantFrom(
    'https://ok.example/a?b=<!channel>&c=|d',
    'mailto:a@b.c?subject=<!here>',
    'javascript:alert(1)',
    'https://a@b.example',
    '',
  ),
  text,
);
const span: fc.Arbitrary<Span> = fc.oneof(
  fc.record({ text }),
  fc.record({ strong: text }),
  fc.record({ code: text }),
  fc.record({ link: text, href }),
  fc.record({ at: fc.integer({ min: 0, max: 4_000_000_000 }) }),
);
const inline: fc.Arbitrary<Inline> = fc.oneof(text, fc.array(span, { maxLength: 5 }));
const action: fc.Arbitrary<ReplyAction> = fc.record(
  {
    label: text,
    command: fc.oneof(fc.constant('show C1'), text),
    style: fc.constantFrom('primary' as const, 'danger' as const),
    confirm: text,
  },
  { requiredKeys: ['label', 'command'] },
);
const item: fc.Arbitrary<ReplyItem> = fc.record(
  { text: inline, detail: inline, action },
  { requiredKeys: ['text'] },
);
/** Long lists repeat two rows, or making them takes longer than rendering them. */
const many = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.array(of, { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(of, of, fc.integer({ min: 5, max: 70 }))
        .map(([a, b, count]) => Array.from({ length: count }, (_, n) => (n % 3 === 0 ? a : b))),
    },
  );
const block: fc.Arbitrary<ReplyBlock> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text: inline }),
  fc.record({ kind: fc.constant('hint' as const), text: inline }),
  fc.record({ kind: fc.constant('list' as const), items: many(item) }),
  fc.record({
    kind: fc.constant('fields' as const),
    fields: many(fc.record({ label: text, value: inline })),
  }),
  fc.record({ kind: fc.constant('actions' as const), actions: many(action) }),
);
const hostile: fc.Arbitrary<Reply> = fc.record({
  tone: fc.constantFrom('ok' as const, 'info' as const, 'warning' as const, 'error' as const),
  title: inline,
  blocks: many(block),
  visibility: fc.constantFrom('private' as const, 'public' as const),
});

describe('a moment', () => {
  const at = 1_777_887_000;
  const inWords = '4 May 2026 at 09:30 UTC';

  test('is shown in the reader’s own time zone, with UTC for clients that cannot', () => {
    const { blocks } = rendered(
      reply({ title: 'Hm', blocks: [{ kind: 'hint', text: [{ text: 'On ' }, { at }] }] }),
    );
    expect(parsedTexts(blocks)).toEqual([`On <!date^${at}^{date_short_pretty} at {time}|${inWords}>`]);
  });

  test('stays one where the text beside it could be taken for formatting', () => {
    const { blocks } = rendered(reply({ blocks: [{ kind: 'hint', text: [{ text: '*Ada* ' }, { at }] }] }));
    expect(JSON.stringify(blocks.at(-1))).toContain(
      `{"type":"date","timestamp":${at},"format":"{date_short_pretty} at {time}","fallback":"${inWords}"}`,
    );
  });

  test('stands in lists and titles too', () => {
    const { blocks } = rendered(
      reply({ title: [{ text: 'At ' }, { at }], blocks: [{ kind: 'list', items: [{ text: [{ at }] }] }] }),
    );
    expect(JSON.stringify(blocks).match(/"type":"date"/g)).toHaveLength(2);
    expect(bareTimes(blocks)).toEqual([]);
  });

  test('written as text would be found', () => {
    for (const title of [inWords, '2026-05-04T09:30:00Z', '2026-05-04 09:30'])
      expect(bareTimes(rendered(reply({ title })).blocks)).toHaveLength(1);
  });
});

describe('whatever a reply holds', () => {
  test('Slack takes it, and nothing in it comes alive', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(hostile, (given) => {
        const message = renderReply(given);
        expect(validateBlocks('message', message)).toEqual([]);
        expect(message.text).not.toMatch(/[<>]/);
        for (const parsed of parsedTexts(message.blocks)) {
          // The only angle brackets are those of links that a reply asked for, to harmless kinds of address.
          const dates = /<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[^<>|]+>/g;
          expect(
            parsed.replace(dates, '').replace(/<(?:https?|mailto):[^<>|\s]+\|[^<>|]+>/g, ''),
          ).not.toMatch(/[<>]/);
          expect(parsed.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
        }
        expect(JSON.stringify(message)).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
      }),
      { numRuns: 5000 },
    );
  });
});
