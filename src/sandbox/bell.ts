/** What can have changed: messages and views, requests to and from Slack, issues and notes, hook deliveries. */
export type Topic = 'slack' | 'calls' | 'gitlab' | 'deliveries';

/** Tells listeners that something changed, once for all that changes together. */
export class Bell {
  readonly #listeners = new Set<(topics: readonly Topic[]) => void>();
  readonly #stopped = new AbortController();
  #waiting = new Set<Topic>();

  /** Aborted when there is nothing more to hear. */
  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  /** Gives the function that ends it. */
  listen(listener: (topics: readonly Topic[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  ring(topic: Topic): void {
    if (this.#waiting.size === 0) setImmediate(() => this.#tell());
    this.#waiting.add(topic);
  }

  stop(): void {
    this.#stopped.abort();
  }

  #tell(): void {
    const topics = [...this.#waiting];
    this.#waiting = new Set();
    for (const listener of [...this.#listeners]) listener(topics);
  }
}
