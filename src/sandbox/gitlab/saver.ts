/** Tells somebody of every change, and lets others wait until they have taken note of it. */
export interface Saver {
  /** Marks the state as changed; the call to `save` comes soon after, once for several changes. */
  changed(): void;
  /** Resolves when everything changed so far has been saved; rejects when saving failed. */
  flush(): Promise<void>;
}

/** `save` runs one at a time. Without one, nothing is ever waited for. */
export function createSaver(save: (() => void | Promise<void>) | undefined): Saver {
  let dirty = false;
  let running: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    if (!dirty || save === undefined) return running;
    dirty = false;
    running = running
      .catch(() => {})
      .then(save)
      .catch((error: unknown) => {
        dirty = true;
        throw error;
      });
    return running;
  };
  return {
    changed: () => {
      if (dirty) return;
      dirty = true;
      setImmediate(() => {
        flush().catch(() => {});
      });
    },
    flush,
  };
}
