/** Hostile comments: each builds about `size` characters, with a command at its end so that nothing is skipped. */
export interface Shape {
  readonly name: string;
  readonly build: (size: number) => string;
}

const COMMAND = '\n/add_contacts ada@example.com\n@tieline add_contacts ada@example.com\n';

function repeat(unit: string, size: number): string {
  return unit.repeat(Math.max(1, Math.floor(size / unit.length)));
}

function unit(name: string, text: string): Shape {
  return { name, build: (size) => repeat(text, size) + COMMAND };
}

function growingRuns(size: number): string {
  const runs: string[] = [];
  for (let length = 1, total = 0; total < size; total += length + 1, length++) runs.push('`'.repeat(length));
  return `x${runs.join(' ')}${COMMAND}`;
}

function fallingRuns(size: number): string {
  const runs: string[] = [];
  for (let length = Math.floor(Math.sqrt(2 * size)); length > 0; length--) runs.push('`'.repeat(length));
  return `x${runs.join(' ')}${COMMAND}`;
}

function nestedList(size: number): string {
  const depth = Math.floor(Math.sqrt(size));
  return Array.from({ length: depth }, (_, level) => `${' '.repeat(2 * level)}- x`).join('\n') + COMMAND;
}

/** Every shape that has made some Markdown parser slow, and more that aim at this one. */
export const SHAPES: readonly Shape[] = [
  { name: 'back-tick then line feeds', build: (size) => `\`${'\n'.repeat(size)}${COMMAND}` },
  unit('back-tick lines', '`\n'),
  { name: 'growing back-tick runs', build: growingRuns },
  { name: 'falling back-tick runs', build: fallingRuns },
  { name: 'nested list items', build: nestedList },
  unit('list items', '- a\n'),
  unit('ordered items', '1. a\n'),
  unit('list then paragraph', '- a\n\nb\n\n'),
  unit('table rows', '| a | b |\n|---|---|\n'),
  unit('growing table', '| a | b |\n'),
  {
    name: 'wide table',
    build: (size) => `${repeat('|a', size / 3)}\n${repeat('|-', size / 3)}\n|a\n${COMMAND}`,
  },
  unit('empty paragraphs', 'a\n\n'),
  unit('one long paragraph', 'a\n'),
  unit('quotes', '> '),
  unit('quote marks', '>'),
  unit('quoted lines', '> a\n'),
  unit('multi-line quotes', '>>>\na\n>>>\n'),
  unit('unclosed multi-line quotes', '>>>>\n>>>\n'),
  unit('quote and list marks', '> - '),
  unit('link definitions', '[a]: b\n'),
  unit('definitions without target', '[a]:\n'),
  { name: 'references', build: (size) => `[a]: b\n\n${repeat('[a] ', size)}${COMMAND}` },
  { name: 'full references', build: (size) => `[a]: b\n\n${repeat('[x][b]', size)}${COMMAND}` },
  {
    name: 'nested references',
    build: (size) => `[a]: b\n\n${repeat('[a', size / 3)}${repeat('a]', size / 3)}${COMMAND}`,
  },
  unit('opening brackets', '['),
  { name: 'nested brackets', build: (size) => '['.repeat(size / 2) + ']'.repeat(size / 2) + COMMAND },
  {
    name: 'links in open brackets',
    build: (size) => '['.repeat(size / 4) + repeat('[a](b)', size / 2) + ']'.repeat(size / 4) + COMMAND,
  },
  unit('unclosed targets', '[]('),
  unit('pointy targets', '[a](<b'),
  unit('quoted titles', '[a](b "'),
  unit('escaped titles', "[a](b 'x\\'"),
  { name: 'long bare targets', build: (size) => repeat(`[](${'a'.repeat(1_000)}`, size) + COMMAND },
  unit('images', '![[]()'),
  unit('stars', '*'),
  unit('opening stars', '*a '),
  unit('closing stars', 'a* '),
  unit('stars and underscores', '*a_ '),
  unit('mixed emphasis', '*a **b _c __d '),
  {
    name: 'emphasis of many lengths',
    build: (size) => repeat('*a **a ***a ', size / 2) + repeat('a* a** a*** ', size / 2) + COMMAND,
  },
  unit('word stars', 'a**b'),
  unit('tildes', '~~a ~b '),
  unit('less-than runs', '<'),
  unit('open tags', '<a '),
  unit('tag attributes', '<a b="'),
  unit('tags in both quotes', `<a b="' c='" d="' `),
  { name: 'one long tag', build: (size) => `x <a${repeat(' b', size)}${COMMAND}` },
  unit('comments', 'x<!--'),
  unit('declarations', '<!A '),
  unit('instructions', '<?'),
  unit('character data', '<![CDATA['),
  unit('schemes', '<a:'),
  unit('tag lines', 'x\n<b>\n'),
  unit('closing tag lines', 'x\n</b\n'),
  unit('html blocks', '<div>\n\n'),
  unit('script blocks', '<script>\n'),
  unit('slashes', '/'),
  unit('spaced slashes', ' /'),
  unit('spaces', ' '),
  unit('escaped slashes', '\\/'),
  unit('slash commands', '/add_contacts a@b.co\n'),
  unit('mentions', '@tieline add_contacts a@b.co\n'),
  unit('mentions with ticks', '@tieline `\n'),
  unit('setext', 'a\n---\n'),
  unit('underlines', '---\n'),
  unit('headings', '# a\n'),
  unit('fences', '```\n'),
  unit('unclosed fences', '```\n~~~\n'),
  unit('indented code', '    a\n'),
  unit('carriage returns', '\r'),
  unit('CRLF commands', '/add_contacts a@b.co\r\n'),
  unit('backslashes', '\\'),
  unit('entities', '&amp;'),
  unit('footnotes', '[^1]: a\n\n'),
  unit('everything', `*[<\`_~"'(!&\\a `),
];
