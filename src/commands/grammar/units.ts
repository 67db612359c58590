import { isInvisible, isJoiner, isSeparator } from './characters.ts';
import { type Atom, readAtom } from './slack-atom.ts';
import type { Surface } from './token.ts';

/** One step of a text: a character, white space, or a whole `<…>` of Slack's, with where it stood. */
export interface Unit {
  /** The character as it counts: entities decoded, white space made a space (line feeds stay). */
  readonly text: string;
  readonly isSpace: boolean;
  readonly atom: Atom | null;
  readonly start: number;
  readonly end: number;
}

const ENTITIES: readonly (readonly [string, string])[] = [
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
];

/** Splits a text into units and drops what cannot be seen. Entities are decoded after `<…>` has been set apart. */
export function readUnits(text: string, surface: Surface): Unit[] {
  const units: Unit[] = [];
  for (let start = 0; start < text.length; ) {
    const unit = readUnit(text, start, surface);
    if (!isDropped(text, unit, units.at(-1))) units.push(unit);
    start = unit.end;
  }
  return units;
}

function readUnit(text: string, start: number, surface: Surface): Unit {
  const code = text.charCodeAt(start);
  if (surface === 'slack' && code === 0x3c) {
    const atom = readAtom(text, start);
    if (atom !== null) return { text: '', isSpace: false, atom, start, end: atom.end };
  }
  if (surface === 'slack' && code === 0x26) {
    const entity = ENTITIES.find(([written]) => text.startsWith(written, start));
    if (entity !== undefined) return plain(entity[1], start, start + entity[0].length);
  }
  if (isSeparator(code)) return { ...plain(code === 0x0a ? '\n' : ' ', start, start + 1), isSpace: true };
  const character = String.fromCodePoint(text.codePointAt(start) ?? code);
  return plain(character, start, start + character.length);
}

function plain(text: string, start: number, end: number): Unit {
  return { text, isSpace: false, atom: null, start, end };
}

function isDropped(text: string, unit: Unit, before: Unit | undefined): boolean {
  if (unit.atom !== null) return false;
  const code = text.charCodeAt(unit.start);
  if (code === 0x0d) return text.charCodeAt(unit.end) === 0x0a;
  if (!isInvisible(code)) return false;
  if (!isJoiner(code) || before === undefined) return true;
  const next = text.charCodeAt(unit.end);
  const joins = before.text.charCodeAt(0) > 0x7f && next > 0x7f && !isSeparator(next) && !isInvisible(next);
  return !joins;
}

/** The text of units `from` to `to`, whatever they are, in NFC. */
export function unitsText(units: readonly Unit[], from: number, to: number): string {
  let text = '';
  for (let index = from; index < to; index++) text += units[index]?.text ?? '';
  return text.normalize('NFC');
}
