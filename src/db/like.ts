/** Makes a text stand for itself in LIKE and ILIKE, whose default escape character is the backslash. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
