import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

/** Imports go down the list of folders in the README, or stay in their folder. Nothing imports in a circle. */

const files = (await readdir('src', { recursive: true })).filter((file) => file.endsWith('.ts'));
const layers = foldersOf(await readFile('README.md', 'utf8'));
const imports = new Map<string, string[]>(
  await Promise.all(files.map(async (file) => [file, await importsOf(file)] as const)),
);

/** The folders below src/ in the order of the README; '.' is src/ itself. */
function foldersOf(readme: string): string[] {
  const [, list = ''] = /^src\/\n((?: {2}.*\n)+)/m.exec(readme) ?? [];
  let parent = '';
  return [
    '.',
    ...[...list.matchAll(/^( +)([\w-]+)\/ /gm)].map(([, indent = '', name = '']) => {
      if (indent.length > 2) return `${parent}/${name}`;
      parent = name;
      return name;
    }),
  ];
}

async function importsOf(
  file: string,
  pattern = /(?:from|import) '(\.[^']+)'|import\('(\.[^']+)'\)/g,
): Promise<string[]> {
  const source = await readFile(join('src', file), 'utf8');
  return [...source.matchAll(pattern)].map((match) =>
    normalize(join(dirname(file), match[1] ?? match[2] ?? '')),
  );
}

/** A folder deeper than the list belongs to the one that is on it. */
function layerOf(file: string): number {
  return layers.indexOf(dirname(file).split('/').slice(0, 2).join('/'));
}

it('the README lists every folder, and no other', () => {
  const folders = new Set(files.map((file) => dirname(file).split('/').slice(0, 2).join('/')));
  for (const folder of [...folders]) folders.add(dirname(folder));
  expect(layers.toSorted()).toEqual([...folders].sort());
});

it.each(files)('%s imports nothing from a folder above its own', (file) => {
  const above = imports.get(file)?.filter((target) => layerOf(target) < layerOf(file));
  expect(above).toEqual([]);
});

const inProduction = files.filter((file) => !/^(dev|app\/commands)\//.test(file));
it.each(inProduction)('%s does not import dev/ statically', async (file) => {
  const loaded = await importsOf(file, /(?:from|import) '(\.[^']+)'/g);
  expect(loaded.filter((target) => target.startsWith('dev/'))).toEqual([]);
});

it('no file imports itself through others', () => {
  const done = new Set<string>();
  const findCircle = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    done.add(file);
    for (const target of imports.get(file) ?? []) {
      const circle = findCircle(target, [...path, file]);
      if (circle.length > 0) return circle;
    }
    return [];
  };
  const circles = files.map((file) => findCircle(file, [])).filter(({ length }) => length > 0);
  expect(circles).toEqual([]);
});

it.each(files.filter((file) => !file.startsWith('app/config/')))(
  '%s leaves process.env to the config',
  async (file) => {
    const source = await readFile(join('src', file), 'utf8');
    const uses = source.split('\n').filter((line) => line.includes('process.env'));
    expect(uses.filter((line) => !/read(Sandbox)?Config\(process\.env(, 'command')?\)/.test(line))).toEqual(
      [],
    );
  },
);
