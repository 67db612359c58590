/**
 * Journeys are written as people would retell them:
 *
 *     Dev: /crm find hopper                          types into #support
 *     Dev in #sales: @Tieline find hopper            says so elsewhere
 *     Dev raw: /crm show <mailto:a@b.co|a@b.co>      sends the text as Slack itself would put it
 *     Dev presses: Share                             the button of that name in the latest message that has one
 *     Pia on acme/app#1: @tieline contacts           comments; (internal) after the place makes it internal
 *     Pia opens in acme/app: Title                   opens an issue; the lines below are its description
 *     Tieline: …                                     only to the one who spoke, where they spoke
 *     Tieline in #support: …                         to everybody there
 *     Tieline on acme/app#1: …                       a note; (internal) when it is one
 *     Tieline edits: …                               in place of a message that was there
 *
 * Further lines of an entry are indented by two spaces. Blank lines are for the reader, except within a comment.
 */
import { expect } from 'vitest';

export interface Entry {
  readonly who: string;
  /** What stands between the name and the colon. */
  readonly how: string;
  readonly text: string;
}

const HEADER = /^(\p{Lu}\p{L}*)((?: [^:]*)?):(?: (.*))?$/u;

/** The entries of a transcript. Throws for a line that belongs to none. */
export function parseTranscript(source: string): Entry[] {
  const lines = dedent(source);
  const entries: { who: string; how: string; lines: string[] }[] = [];
  for (const line of lines) {
    const header = HEADER.exec(line);
    if (header) {
      const [, who = '', how = '', text = ''] = header;
      entries.push({ who, how: how.trim(), lines: [text] });
    } else if (line === '' || line.startsWith('  ')) entries.at(-1)?.lines.push(line.slice(2));
    else throw new Error(`not a line of a transcript: ${line}`);
  }
  return entries.map(({ who, how, lines: text }) => ({ who, how, text: text.join('\n').trimEnd() }));
}

function dedent(source: string): string[] {
  const lines = source.replace(/^\n/, '').trimEnd().split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent).trimEnd());
}

/** An entry as it is written. */
export function renderEntry({ who, how, text }: Entry): string {
  const head = `${who}${how === '' ? '' : ` ${how}`}:`;
  const [first = '', ...rest] = text.split('\n');
  const lines = [
    first === '' ? head : `${head} ${first}`,
    ...rest.map((line) => (line === '' ? '' : `  ${line}`)),
  ];
  return lines.join('\n');
}

/** Fails with a line by line comparison unless what happened is what was written. */
export function expectTranscript(happened: readonly Entry[], written: readonly Entry[]): void {
  expect(happened.map(renderEntry).join('\n')).toBe(written.map(renderEntry).join('\n'));
}
