/**
 * Cut a text that is still growing into sentences that will not change any more, and the rest.
 *
 * With `isDone` the rest is a sentence too. A decimal point or an abbreviation in the middle of a line does not end one.
 */
export function completeSentences(text: string, isDone: boolean): readonly string[] {
  const sentences = text
    .split(/(?<=[.!?…])\s+(?=[\p{Lu}\d«“"(–-])|\n+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
  return isDone ? sentences : sentences.slice(0, -1);
}
