/** Where names stand inside a sentence. */
const LONGEST = 100;

/**
 * Text of the user in one line: line breaks become spaces; control and direction marks, which could make a text read as
 * another one, are dropped; what is too long is cut.
 */
export function printName(text: string, longest = LONGEST): string {
  const line = text.replace(/[\s\u2028\u2029]+/g, ' ').replace(/[\p{Cc}\p{Cf}]/gu, '');
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
