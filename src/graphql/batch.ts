/** Asks for one key; all that are asked for in the same turn are loaded at once. */
export type Batched<Key, Value> = (key: Key) => Promise<Value>;

/** Loads values for keys, in the same order. */
type LoadAll<Key, Value> = (keys: readonly Key[]) => Promise<readonly Value[]>;

interface Waiting<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers keys until the resolvers of a level have all run, so that a list takes as many statements as a single row.
 * Nothing is kept: it lives as long as its request.
 */
export function batched<Key, Value>(loadAll: LoadAll<Key, Value>): Batched<Key, Value> {
  let waiting: Waiting<Key, Value>[] = [];
  const run = async (): Promise<void> => {
    const all = waiting;
    waiting = [];
    try {
      const values = await loadAll(all.map(({ key }) => key));
      if (values.length !== all.length) throw new Error(`${all.length} keys gave ${values.length} values`);
      values.forEach((value, index) => {
        all[index]?.resolve(value);
      });
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  };
  return (key) =>
    new Promise((resolve, reject) => {
      // After the promises of this turn, which may ask for more.
      if (waiting.length === 0) Promise.resolve().then(() => process.nextTick(run));
      waiting.push({ key, resolve, reject });
    });
}
