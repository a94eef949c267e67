/** A generator of random numbers in [0, 1). The same seed gives the same numbers. */
export function seededRandom(seed: string): () => number {
  let state = fnv1a(seed);
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<Item>(random: () => number, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

const SYMBOLS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];

/** Upper-case letters and digits, such as ABC123. */
export function seededCode(seed: string, length: number): string {
  const random = seededRandom(seed);
  return Array.from({ length }, () => pick(random, SYMBOLS)).join('');
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash;
}
