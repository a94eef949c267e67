import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

/** What the pages name is there: links, headings, commands, paths. */

const decisions = (await readdir('docs/decisions')).map((file) => `docs/decisions/${file}`);
const pages = (await readdir('docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`);
const others = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'ops/README.md', 'examples/web/README.md'];
const all = [...others, ...pages, ...decisions];

/** History: they name what was there. */
const HISTORY = ['CHANGELOG.md', 'docs/performance.md', 'examples/web/README.md', ...decisions];

it.each(all)('the links of %s lead somewhere', async (page) => {
  const text = await readFile(page, 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  for (const [, path = '', heading] of links) {
    const target = path === '' ? page : join(dirname(page), path);
    await access(target);
    if (heading) expect(headings(await readFile(target, 'utf8')), target).toContain(heading);
  }
});

it.each(all)('%s names only commands that exist', async (page) => {
  const text = await readFile(page, 'utf8');
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8'));
  const workspace = JSON.parse(await readFile('examples/web/package.json', 'utf8')).scripts;
  const known = { ...scripts, ...(page.startsWith('examples/web') ? workspace : {}) };
  const named = [...text.matchAll(/npm (?:run (?:-s )?([\w:-]*\w)|(start|test)\b)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  );
  expect(named.filter((name) => !(name in known))).toEqual([]);
});

it.each(all.filter((page) => !HISTORY.includes(page)))('%s names only paths that exist', async (page) => {
  const text = await readFile(page, 'utf8');
  const paths = [...text.matchAll(/`([\w./-]+\/[\w.-]+\.(?:ts|tsx|sql|json|yaml|sh|md))`/g)].map(
    ([, path = '']) => path.replace(/^dist\/(.*)\.js$/, 'src/$1.ts'),
  );
  const lost = await Promise.all(paths.map(async (path) => ((await isThere(path)) ? [] : [path])));
  expect(lost.flat()).toEqual([]);
});

it('the index of the decisions has each record', async () => {
  const index = await readFile('docs/decisions/README.md', 'utf8');
  const linked = [...index.matchAll(/^\| \[\d+\]\((.*?)\)/gm)].map(([, file]) => `docs/decisions/${file}`);
  expect(linked).toEqual(decisions.filter((file) => !file.endsWith('README.md')).sort());
});

/** From the root, or below src/. */
async function isThere(path: string): Promise<boolean> {
  const tries = await Promise.allSettled([access(path), access(join('src', path))]);
  return tries.some(({ status }) => status === 'fulfilled');
}

/** As GitHub makes anchors of them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
}
