import type { Database } from '../db/client.ts';
import type { Read } from '../db/read.ts';

/** What a list is read by: with words to look for it costs the server much more than without. */
export const readFor = ({ read, search }: Database, words: readonly string[]): Read =>
  words.length === 0 ? read : search;
