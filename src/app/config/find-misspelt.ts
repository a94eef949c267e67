import { distance } from 'fastest-levenshtein';

/** A shorter name may differ by one typo only: HOST is two letters from HOME. */
const LONG_NAME = 8;

/**
 * Finds variables that Usher does not read, but whose names resemble one that it reads: DATABASE_URLL, LOGLEVEL,
 * database_url.
 *
 * @returns one line for each, with the name that was probably meant
 */
export function findMisspelt(given: NodeJS.ProcessEnv, known: readonly string[]): string[] {
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .flatMap((name) => {
      const meant = known.find((other) => resembles(name, other));
      return meant ? [`${name}: is not a setting of Usher. Did you mean ${meant}?`] : [];
    });
}

function resembles(name: string, known: string): boolean {
  const typos = known.length < LONG_NAME ? 1 : 2;
  return letters(name) === letters(known) || distance(name, known) <= typos;
}

function letters(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}
