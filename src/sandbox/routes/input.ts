/** A request that cannot be done as it is put; the message is for the person who sent it. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}

/** The fields of a JSON body or of a query, read one by one with words for what is wrong. */
export class Fields {
  readonly #given: Readonly<Record<string, unknown>>;

  constructor(given: unknown) {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new BadInput('Send a JSON object, with the header content-type: application/json.');
    }
    this.#given = given as Record<string, unknown>;
  }

  names(): string[] {
    return Object.keys(this.#given);
  }

  /** Undefined when it is left out. */
  optional(name: string): string | undefined {
    const value = this.#given[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    throw new BadInput(`${name} has to be a text.`);
  }

  /** As it came. */
  any(name: string): unknown {
    return this.#given[name];
  }

  text(name: string): string {
    const value = this.optional(name)?.trim();
    if (value === undefined) throw new BadInput(`${name} is missing.`);
    if (value === '') throw new BadInput(`${name} is empty.`);
    return value;
  }

  /** As it was typed, white space and all. */
  body(name: string): string {
    this.text(name);
    return this.optional(name) ?? '';
  }

  number(name: string): number {
    const value = this.text(name);
    if (!/^\d{1,15}$/.test(value)) throw new BadInput(`${name} has to be a whole number.`);
    return Number(value);
  }

  flag(name: string): boolean {
    const value = this.#given[name];
    if (value === undefined || value === null || value === false) return false;
    if (value === true) return true;
    throw new BadInput(`${name} has to be true or false.`);
  }
}
