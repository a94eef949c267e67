const LARGEST = 92;
const SMALLEST = 34;
/** The width of a letter of a bold serif font relative to the font size, rounded up. */
const LETTER_WIDTH = 0.7;
const MOST_LETTERS = 11;

/** Breaks a title into lines, and chooses the largest font size at which the longest line fits. */
export function layOutTitle(title: string, width: number): { lines: string[]; size: number } {
  const lines: string[] = [];
  for (const word of title.split(' ')) {
    const last = lines.at(-1);
    const fits = last !== undefined && !last.endsWith(':') && `${last} ${word}`.length <= MOST_LETTERS;
    if (fits) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const longest = Math.max(...lines.map((line) => line.length));
  const size = Math.floor(width / (longest * LETTER_WIDTH));
  return { lines, size: Math.max(SMALLEST, Math.min(LARGEST, size)) };
}
