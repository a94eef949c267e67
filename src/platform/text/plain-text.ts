/**
 * Line breaks, control characters, what has no width, and the marks that turn the direction of the text after them.
 * What joins letters (U+200C, U+200D) stays: Hindi is written with it.
 */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/** A text of somebody else's on one line, without anything that would rearrange what stands around it. */
export function plainText(text: string): string {
  return text.replace(UNSAFE, ' ').replace(/\s+/gu, ' ').trim();
}
