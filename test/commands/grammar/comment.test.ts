import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CommentCommand, extractCommands, storedText } from '../../../src/commands/grammar/comment.ts';

interface ExtractionCase {
  readonly note: string;
  readonly commands: readonly (readonly string[])[];
  readonly stored_note: string;
  readonly only_commands: boolean;
}

const fixture = new URL('../../fixtures/extraction.json', import.meta.url);
const cases: { extraction: ExtractionCase[] } = JSON.parse(readFileSync(fixture, 'utf8'));
const names = new Set(['add_contacts', 'remove_contacts', 'close', 'label', 'assign']);

function read(markdown: string, botUsername: string | null = 'tieline'): CommentCommand[] {
  return extractCommands(markdown, { names, botUsername });
}

/** `close`, `label ~a`, … in order. */
function said(markdown: string): string[] {
  return read(markdown).map(({ name, argument }) => (argument === null ? name : `${name} ${argument}`));
}

describe("GitLab's own extraction, case by case", () => {
  it.each(cases.extraction)('$note', ({ note, commands, stored_note, only_commands }) => {
    const found = read(note).map(({ name, argument }) => (argument === null ? [name] : [name, argument]));
    expect(found).toEqual(commands);
    expect(storedText(note, names)).toEqual({ text: stored_note, onlyCommands: only_commands });
  });
});

const LINES: readonly (readonly [string, string, readonly string[], string])[] = [
  ['a name counts whatever its case', '/ClOsE', ['close'], ''],
  ['an argument may hold slashes', '/assign @joe / @jane', ['assign @joe / @jane'], ''],
  ['an unknown name stays in the text', 'a\n/dance\n/close', ['close'], 'a\n/dance'],
  ['a tab after the name disables it', '/close\tnow', [], '/close\tnow'],
  ['a no-break space after the name disables it', '/close\u00a0now', [], '/close\u00a0now'],
  ['a tab before the line break does no harm', '/close\t\nx', ['close'], 'x'],
  ['a blank argument is none, also of no-break spaces', '/close \u00a0', ['close'], ''],
  [
    'one to three leading spaces disable it',
    ' /close\n\n  /close\n\n   /close',
    [],
    ' /close\n\n  /close\n\n   /close',
  ],
  ['a leading tab disables it', '\t/close', [], '\t/close'],
  ['carriage returns do not count', 'a\r\n/close\r\nb\r\n', ['close'], 'a\nb'],
  ['two slashes, or a slash and a space, are text', '//close\n/ close', [], '//close\n/ close'],
  ['white space is trimmed from the end without any command', 'a \n\n', [], 'a'],
  ['a command directly under a heading counts', '# a\n/close', ['close'], '# a'],
  ['a command directly under a break counts', '***\n/close', ['close'], '***'],
  ['a command after a fence counts', '```\n/label ~a\n```\n/close', ['close'], '```\n/label ~a\n```'],
  ['a tilde fence protects as well', '~~~\n/close\n~~~', [], '~~~\n/close\n~~~'],
  ['an unclosed fence protects all that follows', '```\n/close\n\n/close', [], '```\n/close\n\n/close'],
  ['the lazy line after a quote belongs to the quote', '> a\n/close', [], '> a\n/close'],
  ['a paragraph after a quote counts', '> a\n\n/close', ['close'], '> a'],
  ['a multi-line quote protects', 'a\n>>>\nb\n/close\n>>>\n\nc', [], 'a\n>>>\nb\n/close\n>>>\n\nc'],
  ['a multi-line quote protects over blank lines', '>>>\na\n\n/close\n\n>>>', [], '>>>\na\n\n/close\n\n>>>'],
  ['a command after a multi-line quote counts', '>>>\na\n>>>\n/close', ['close'], '>>>\na\n>>>'],
  [
    'a longer multi-line quote is closed by as many marks',
    '>>>>\n>>>\n/close\n>>>\n>>>>\n/label ~a',
    ['label ~a'],
    '>>>>\n>>>\n/close\n>>>\n>>>>',
  ],
  ['an unclosed multi-line quote protects to the end', '>>>\na\n\n/close', [], '>>>\na\n\n/close'],
  ['quote marks in a fence open no quote', '```\n>>>\n```\n/close', ['close'], '```\n>>>\n```'],
  ['a list item protects its indented paragraphs', '1. a\n\n   /close', [], '1. a\n\n   /close'],
  ['a paragraph after a list counts', '- a\n\n/close', ['close'], '- a'],
  ['the row after a table is a row', '| a |\n|---|\n/close', [], '| a |\n|---|\n/close'],
  ['a command can be a table head', '/label a|b\n---|---', [], '/label a|b\n---|---'],
  ['an HTML block protects', '<div>\n/close\n</div>', [], '<div>\n/close\n</div>'],
  ['an HTML comment protects over blank lines', '<!--\n\n/close\n\n-->', [], '<!--\n\n/close\n\n-->'],
  [
    'a tag line inside a paragraph protects up to its closing line',
    'a\n<b>\n/close\n</b>',
    [],
    'a\n<b>\n/close\n</b>',
  ],
  ['a tag line without a closing line protects nothing', 'a\n<b>\n/close\nc', ['close'], 'a\n<b>\nc'],
  ['a footnote protects its lines', '[^1]: a\n/close', [], '[^1]: a\n/close'],
  ['struck text over lines protects', '~~a\n/close\nb~~', [], '~~a\n/close\nb~~'],
  ['an image over lines protects', '![a\n/close](b)', [], '![a\n/close](b)'],
  ['a reference link over lines protects', '[a\n/close][b]\n\n[b]: c', [], '[a\n/close][b]\n\n[b]: c'],
  ['brackets that are no link protect nothing', '[a\n/close][b]', [], '[a\n/close][b]'],
  ['brackets around a line that is no link protect nothing', '[a\n/close\nb][c]', ['close'], '[a\nb][c]'],
  ['a star that closes nothing protects nothing', '*a\n/close\nb', ['close'], '*a\nb'],
  ['back-ticks in an argument are part of it', '/label `a\n/close `', ['label `a', 'close `'], ''],
  [
    'code around a command protects it although another counts',
    '`a\n/close\n`\n/label ~a',
    ['label ~a'],
    '`a\n/close\n`',
  ],
  ['an escaped slash opens the way for the others', '\\/x\n/close', ['close'], '\\/x'],
  ['text, command, blank line, text: the blank line goes', 'x\n/close\n\ny', ['close'], 'x\ny'],
  ['a blank line with spaces stays', 'x\n/close\n \ny', ['close'], 'x\n \ny'],
];

describe('lines that GitLab takes, and what it then stores', () => {
  it.each(LINES)('%s', (_, markdown, commands, stored) => {
    expect(said(markdown)).toEqual(commands);
    expect(storedText(markdown, names).text).toBe(stored);
  });

  it('an empty comment holds nothing, and not only commands', () => {
    expect(storedText('', names)).toEqual({ text: '', onlyCommands: false });
  });

  it('stored text keeps mentions and the short form', () => {
    const markdown = '@tieline contacts\n/crm contacts';
    expect(storedText(markdown, names)).toEqual({ text: markdown, onlyCommands: false });
  });
});

const OWN: readonly (readonly [string, string, readonly string[]])[] = [
  ['a mention leads a command', '@tieline add_contacts a@b.co', ['add_contacts a@b.co']],
  ["the bot's name counts whatever its case", '@TieLine Add_Contacts a@b.co', ['add_contacts a@b.co']],
  ['a colon after the name is polite', '@tieline: contacts', ['contacts']],
  ['a comma after the name is polite, a space is not needed', '@tieline,contacts', ['contacts']],
  ['any white space separates', '@tieline\t contacts\u00a0 x', ['contacts x']],
  ['a slash before the word is forgiven', '@tieline /add_contacts a@b.co', ['add_contacts a@b.co']],
  ['an unknown word is reported for the caller to answer', '@tieline dance now', ['dance now']],
  ['the short form works', '/crm add a@b.co', ['add a@b.co']],
  ['the short form counts whatever its case', '/CRM Add a@b.co', ['add a@b.co']],
  ['a longer name is somebody else', '@tieline-bot add\n@tieline.x add\n@tieline_x add', []],
  ['a longer short form is not ours', '/crmadd x\n/crm_add x', []],
  ['a mention in the middle of a line is talk', 'ask @tieline contacts', []],
  ['leading spaces disable it', ' @tieline contacts', []],
  ['a quoted mention is not meant', '> @tieline contacts', []],
  ['the lazy line after a quote is not meant', '> a\n@tieline contacts', []],
  ['a mention in a multi-line quote is not meant', '>>>\n@tieline contacts\n>>>', []],
  ['a mention in a list is not meant', '- @tieline contacts', []],
  ['a mention in a fence is not meant', '```\n@tieline contacts\n```', []],
  ['a mention in code over lines is not meant', 'a `b\n@tieline contacts\nc`', []],
  [
    'a mention in doubled code is not meant, though a slash counts',
    '`` a ` b\n@tieline contacts\n``\n/crm help',
    ['help'],
  ],
  [
    'a mention in emphasis is not meant, though another counts',
    '**a\n@tieline contacts\nb**\n@tieline help',
    ['help'],
  ],
  ['a mention in a table is not meant', '|a|\n|-|\n@tieline contacts', []],
  ['a mention over a setext line is a heading', '@tieline contacts\n---', []],
  ['a mention in an HTML block is not meant', '<div>\n@tieline contacts\n</div>', []],
  [
    'forms mix in the order of the lines',
    '@tieline a\n/close\n/crm b\n\n@tieline c',
    ['a', 'close', 'b', 'c'],
  ],
];

describe('our own spellings', () => {
  it.each(OWN)('%s', (_, markdown, commands) => {
    expect(said(markdown)).toEqual(commands);
  });

  it('a mention alone has an empty name', () => {
    expect(read('@tieline')).toEqual([
      { name: '', argument: null, form: 'mention', line: 1, start: 0, end: 8 },
    ]);
    expect(read('/crm ')).toMatchObject([{ name: '', argument: null, form: 'crm' }]);
  });

  it('without a bot name only the other forms are read', () => {
    expect(read('@tieline contacts\n/crm help', null).map(({ form }) => form)).toEqual(['crm']);
  });

  it('other prefix words can be chosen', () => {
    const options = { names, botUsername: null, prefixWords: new Set(['kunden']) };
    expect(extractCommands('/kunden add x\n/crm add x', options)).toMatchObject([{ line: 1, form: 'crm' }]);
  });

  it('a slash name wins over a prefix word', () => {
    const found = extractCommands('/crm x', { names: new Set(['crm']), botUsername: null });
    expect(found).toMatchObject([{ name: 'crm', argument: 'x', form: 'slash' }]);
  });

  it('says where each command stood, in the text as it came', () => {
    const markdown = 'hi\r\n\r\n@tieline: add x \r\nthere\r\n/close\r\n';
    const found = read(markdown);
    expect(found.map(({ line }) => line)).toEqual([3, 5]);
    expect(found.map(({ start, end }) => markdown.slice(start, end))).toEqual(['@tieline: add x ', '/close']);
  });
});
