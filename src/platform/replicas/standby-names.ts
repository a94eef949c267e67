/**
 * The standbys that every commit waits for by `synchronous_standby_names`, whichever others are connected. Those are
 * not the second of FIRST 1 (a, b), which takes over only without the first, nor any of ANY 1 (a, b), of which commits
 * wait for either, nor standbys that only * matches.
 *
 * @returns their names in lower case, as PostgreSQL compares them
 */
export function alwaysWaitedFor(setting: string): ReadonlySet<string> {
  const [, method = 'first', number = '1', list = setting] =
    /^\s*(?:(first|any)\s+)?(\d+)\s*\((.*)\)\s*$/is.exec(setting) ?? [];
  const names = readNames(list);
  const needed = Number(number);
  if (method.toLowerCase() === 'any') {
    return new Set(needed >= names.length && !names.includes(ANY_NAME) ? names : []);
  }
  const end = names.indexOf(ANY_NAME);
  return new Set(names.slice(0, end === -1 ? needed : Math.min(needed, end)));
}

/** Stands for *. In upper case, so that it differs from every name. */
const ANY_NAME = 'ANY';

function readNames(list: string): string[] {
  const names = list.matchAll(/"((?:[^"]|"")*)"|[^\s,"]+/g);
  return [...names].map(([name, quoted]) =>
    name === '*' ? ANY_NAME : (quoted?.replaceAll('""', '"') ?? name).toLowerCase(),
  );
}
