import type { Surface } from './token.ts';
import { tokenize } from './tokenize.ts';

const PAIRS = ['""', '«»', "''", '‹›'] as const;

/**
 * Writes a text so that `tokenize` reads it back as one word or quotation: as it is where that works, else in the
 * first kind of quotes that its own quotes leave free; then it can stand among others. A text that uses up every kind loses its double quotes.
 */
export function renderArgument(text: string, surface: Surface): string {
  const written = surface === 'slack' ? escapeEntities(text) : text;
  const isFormatted = surface === 'slack' && /^[*_~`]|[*_~`]$/.test(text);
  if (!isFormatted && readsBackAs(written, text, surface)) return written;
  for (const [open, close] of PAIRS) {
    const quoted = `${open}${written}${close}`;
    if (readsBackAs(quoted, text, surface)) return quoted;
  }
  return `"${written.replace(/["“”„‟]/g, '')}"`;
}

function escapeEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function readsBackAs(written: string, text: string, surface: Surface): boolean {
  const { tokens, problems } = tokenize(written, surface);
  const [token] = tokens;
  if (token === undefined || tokens.length > 1 || problems.length > 0) return false;
  return (token.kind === 'word' || token.kind === 'quoted') && token.text === text;
}
