/** Text from others (customers, providers) made safe to print, and text made short. */

/**
 * Line breaks, control characters, invisible characters and marks that change the text direction (bidi). U+200C and
 * U+200D, which join letters, stay: Hindi needs them.
 */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu;

/** UTF-16 units. Longer than any real name; folding the lines of a calendar takes quadratic time. */
const LONGEST_NAME = 300;

/** The text on one line, without characters that could rearrange the text around it. */
export function plainText(text: string): string {
  return text.replace(UNSAFE, ' ').replace(/\s+/gu, ' ').trim();
}

/** A name or reason from others, to be printed on a line of ours. */
export function plainName(text: string): string {
  return shorten(plainText(text), LONGEST_NAME);
}

const graphemes = new Intl.Segmenter('en-IN');

/** Cuts the end off a text longer than `units` UTF-16 units, as SMS count them, between whole letters (graphemes). */
export function shorten(text: string, units: number): string {
  if (text.length <= units) return text;
  let short = '';
  for (const { segment } of graphemes.segment(text)) {
    if (short.length + segment.length > units - 3) break;
    short += segment;
  }
  return `${short.trimEnd()}...`;
}

/** Cuts the middle out of a text longer than `units` UTF-16 units. A character cut in half becomes U+FFFD. */
export function cutMiddle(text: string, units: number): string {
  if (text.length <= units) return text;
  const part = Math.floor(units / 2);
  return `${text.slice(0, part)} ... ${text.slice(-part)}`.toWellFormed();
}
