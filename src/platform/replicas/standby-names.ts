/**
 * The standbys, in lower case as PostgreSQL compares them, for each of which every commit waits by a primary's
 * `synchronous_standby_names`, whichever others are connected. So not the second of FIRST 1 (a, b), which takes over only
 * when the first is gone; nor those of ANY 1 (a, b), as the one that is not waited for may be either; nor what only * names.
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

/** What no name in lower case can be. */
const ANY_NAME = 'ANY';

function readNames(list: string): string[] {
  const names = list.matchAll(/"((?:[^"]|"")*)"|[^\s,"]+/g);
  return [...names].map(([name, quoted]) =>
    name === '*' ? ANY_NAME : (quoted?.replaceAll('""', '"') ?? name).toLowerCase(),
  );
}
