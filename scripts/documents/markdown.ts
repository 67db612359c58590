/** Stands on top of every generated document. */
export const GENERATED =
  '<!-- Written by scripts/generate-docs.ts out of the code; changes made here are lost. -->';

/** A table, padded so that it can be read as text too. Cells must not hold a line break. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...rest] = cells;
  return [line(first), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)].join(
    '\n',
  );
}

/** Paragraphs and blocks with a blank line between them; empty ones are left out. */
export const document = (...blocks: readonly string[]): string =>
  `${[GENERATED, ...blocks].filter((block) => block !== '').join('\n\n')}\n`;

/** The anchor that GitLab and GitHub give a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

export const code = (text: string): string => `\`${text}\``;
