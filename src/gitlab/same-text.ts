/** Whether a hook and the API tell the same text; they may differ in line ends and white space at the end. */
export function sameText(one: string, other: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trimEnd();
  return plain(one) === plain(other);
}
