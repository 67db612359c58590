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

function pairs(markdown: string): string[][] {
  return read(markdown).map(({ name, argument }) => (argument === null ? [name] : [name, argument]));
}

describe("GitLab's own extraction, case by case", () => {
  it.each(cases.extraction)('$note', ({ note, commands, stored_note, only_commands }) => {
    expect(pairs(note)).toEqual(commands);
    expect(storedText(note, names)).toEqual({ text: stored_note, onlyCommands: only_commands });
  });
});
