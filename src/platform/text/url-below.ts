/**
 * Resolves a path below a base URL, whose own path it keeps: `/a` below `https://example.com/b` is
 * `https://example.com/b/a`. `new URL` would drop it.
 *
 * @param path with or without a slash in front. A whole URL stays as it is
 * @throws TypeError if it is no URL
 */
export function urlBelow(path: string, base: string): URL {
  const isPath = path.startsWith('/') && !/^\/[/\\]/.test(path);
  return new URL(isPath ? `.${path}` : path, base.endsWith('/') ? base : `${base}/`);
}
