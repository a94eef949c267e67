import { plainText } from './plain-text.ts';
import { shorten } from './shorten.ts';

/** No honest name is longer, and folding the lines of a calendar takes the square of it. UTF-16 units. */
const LONGEST = 300;

/** A name or reason of somebody else's for one line among ours. */
export function plainName(text: string): string {
  return shorten(plainText(text), LONGEST);
}
