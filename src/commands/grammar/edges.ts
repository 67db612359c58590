import { quoteGroup } from './characters.ts';
import type { Surface } from './token.ts';
import type { Unit } from './units.ts';

const MARKS = '*_~`';
const SLACK_ENDS = `,;.!?)${MARKS}`;
const GITLAB_ENDS = ',;';

/** Rising places, asked for in rising order: over a whole text the questions cost what the places do. */
class Places {
  readonly #places: number[] = [];
  #next = 0;

  add(place: number): void {
    this.#places.push(place);
  }

  /** The first place at or after `from`, or -1. */
  atOrAfter(from: number): number {
    while ((this.#places[this.#next] ?? Number.POSITIVE_INFINITY) < from) this.#next++;
    return this.#places[this.#next] ?? -1;
  }

  /** The same, and that place is not given again. */
  takeAtOrAfter(from: number): number {
    const place = this.atOrAfter(from);
    this.#next++;
    return place;
  }
}

/**
 * Knows where quotation marks and Slack's formatting marks stand at the end of a token, which is the only place
 * where they close. Linear over a text as long as it is asked in rising order.
 */
export class Edges {
  readonly #units: readonly Unit[];
  readonly #ends: string;
  readonly #quotes = new Map<number, Places>();
  readonly #marks = new Map<string, Places>();
  readonly #ats = new Places();

  constructor(units: readonly Unit[], surface: Surface) {
    this.#units = units;
    this.#ends = surface === 'slack' ? SLACK_ENDS : GITLAB_ENDS;
    for (const [index, unit] of units.entries()) this.#note(index, unit, surface);
  }

  #note(index: number, unit: Unit, surface: Surface): void {
    if (unit.text === '@' || unit.atom?.content.kind === 'email') this.#ats.add(index);
    if (unit.atom !== null || unit.isSpace || !this.#isAtEnd(index)) return;
    const group = quoteGroup(unit.text);
    if (group !== -1) placesOf(this.#quotes, group).add(index);
    const isMark = surface === 'slack' && this.isMark(unit);
    if (isMark && this.#units[index - 1]?.isSpace === false) placesOf(this.#marks, unit.text).add(index);
  }

  /** True when what follows ends the token: nothing, space, punctuation, a closing mark or quote. */
  #isAtEnd(index: number): boolean {
    const next = this.#units[index + 1];
    if (next === undefined || next.isSpace) return true;
    return next.atom === null && this.#ends.includes(next.text);
  }

  isMark(unit: Unit | undefined): boolean {
    return unit !== undefined && unit.atom === null && unit.text !== '' && MARKS.includes(unit.text);
  }

  /** Where the quotation that `opener` begins ends, or -1. */
  closingQuote(opener: number): number {
    const group = quoteGroup(this.#units[opener]?.text ?? '');
    return this.#quotes.get(group)?.atOrAfter(opener + 1) ?? -1;
  }

  /** Where the formatting that `opener` begins ends, or -1. Each end is given once: `~~x~~` has two. */
  closingMark(opener: number): number {
    return this.#marks.get(this.#units[opener]?.text ?? '')?.takeAtOrAfter(opener + 2) ?? -1;
  }

  /** True when an `@` stands at or after `from` and before `to`. */
  hasAt(from: number, to: number): boolean {
    const place = this.#ats.atOrAfter(from);
    return place !== -1 && place < to;
  }
}

function placesOf<Key>(map: Map<Key, Places>, key: Key): Places {
  const known = map.get(key);
  if (known !== undefined) return known;
  const places = new Places();
  map.set(key, places);
  return places;
}
