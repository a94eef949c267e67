import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

/** What each patch mends, for whoever updates the package: without the patch, is it mended there? */
const MENDS: Record<string, string> = {
  'graphql-shield': 'it imports isUndefined of util, which Node 23 removed (docs/decisions/048)',
  postgres: 'docs/decisions/009',
};

const patches = (await readdir('patches')).map((file) => {
  const [, name = '', version = ''] = /^(.+)\+([^+]+)\.patch$/.exec(file) ?? [];
  return { file, name, version };
});

describe('each kept patch', () => {
  it('is of a package that is known to need one', () => {
    expect(patches.map(({ name }) => name).sort()).toEqual(Object.keys(MENDS));
  });

  it.each(patches)('$file is of the version that is installed', async ({ name, version }) => {
    const installed = JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8'));
    expect(installed.version, `does the newer one need the patch? ${MENDS[name]}`).toBe(version);
  });
});

it('graphql-shield asks nothing of util any more', async () => {
  const folder = 'node_modules/graphql-shield/esm';
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.js'));
  const sources = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, 'utf8')));
  expect(sources.length).toBeGreaterThan(3);
  expect(sources.filter((source) => /from ['"](node:)?util['"]/.test(source))).toEqual([]);
});
