/**
 * What the argument of a contact command names.
 *
 * GitLab: the argument is split at runs of ASCII white space; each piece loses one leading `["contact:`, one leading
 * `[contact:`, one trailing `]` and every `"`. What is left is looked up as an e-mail address.
 * Tieline reads everything that GitLab reads to the end in the same way: wherever GitLab's pieces are all clean
 * addresses, the two agree. Beyond that it also separates at commas, semicolons and `][`, takes any capitals in
 * `[Contact:`, `mailto:`, `<…>`, Markdown links and a full stop at the end, keeps a name in quotes or brackets
 * whole ("Ada Lovelace"), and drops empty pieces, which GitLab looks up and counts.
 */
import { unwrap } from './classify.ts';
import { plainText } from './token.ts';
import { type Token, tokenize } from './tokenize.ts';

/** The references in an argument, in order, duplicates included: e-mail addresses mostly, at times a name or an id. */
export function contactReferences(argument: string): string[] {
  return tokenize(argument, 'gitlab')
    .tokens.map(referenceOf)
    .filter((reference) => reference !== '');
}

/** An option or a flag means nothing here: `a=b@example.com` and `--a` are taken as they stand. */
function referenceOf(token: Token): string {
  if (token.kind !== 'option' && token.kind !== 'flag') return plainText(token).trim();
  return unwrap(token.raw.replaceAll('"', '').normalize('NFC'));
}

/** GitLab's own rule, to the letter; pieces may come out empty. */
export function gitLabArgumentTokens(argument: string): string[] {
  return argument
    .split(/[\t-\r ]+/)
    .filter((piece) => piece !== '')
    .map((piece) =>
      piece
        .replace(/^\["contact:/, '')
        .replace(/^\[contact:/, '')
        .replace(/\]$/, '')
        .replaceAll('"', ''),
    );
}
