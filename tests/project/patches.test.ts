import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What each patch mends, for whoever updates the package: without the patch, is it mended there? */
const MENDS: Record<string, string> = {
  'graphql-shield': 'it imports isUndefined of util, which Node 23 removed (docs/decisions/048)',
  postgres: 'docs/decisions/009',
};

const patches = (await readdir('patches'))
  .filter((file) => file.endsWith('.patch'))
  .map((file) => {
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

describe('apply-patches.js', () => {
  const PATCH = [
    'diff --git a/node_modules/greeter/index.js b/node_modules/greeter/index.js',
    '--- a/node_modules/greeter/index.js',
    '+++ b/node_modules/greeter/index.js',
    '@@ -1,3 +1,3 @@',
    ' // a greeting',
    "-export const word = 'hallo';",
    "+export const word = 'hello';",
    ' // the end',
    '',
  ].join('\n');
  const PATCHED = "// a greeting\nexport const word = 'hello';\n// the end\n";

  let project: string;
  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), 'usher with a space '));
    await mkdir(join(project, 'patches'));
    await cp('patches/apply-patches.js', join(project, 'patches/apply-patches.js'));
    await writeFile(join(project, 'patches/greeter+1.2.3.patch'), PATCH);
    await mkdir(join(project, 'node_modules/greeter'), { recursive: true });
    await symlink(resolve('node_modules/diff'), join(project, 'node_modules/diff'));
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    await writeFile(join(project, 'node_modules/greeter/package.json'), '{ "version": "1.2.3" }');
    await writeGreeter(PATCHED.replace('hello', 'hallo'));
  });
  afterEach(() => rm(project, { recursive: true }));

  const greeter = () => join(project, 'node_modules/greeter/index.js');
  const writeGreeter = (text: string) => writeFile(greeter(), text);
  const run = () =>
    spawnSync(process.execPath, ['patches/apply-patches.js'], { cwd: project, encoding: 'utf8' });

  it('patches once, however often it runs', async () => {
    expect(run()).toMatchObject({ status: 0, stdout: 'greeter+1.2.3.patch: applied\n', stderr: '' });
    expect(await readFile(greeter(), 'utf8')).toBe(PATCHED);
    expect(run()).toMatchObject({ status: 0, stdout: 'greeter+1.2.3.patch: was applied before\n' });
    expect(await readFile(greeter(), 'utf8')).toBe(PATCHED);
  });

  it('fails and writes nothing where a file is not the expected one', async () => {
    await writeGreeter("// a greeting\nexport const word = 'ciao';\n// the end\n");
    const { status, stderr } = run();
    expect(stderr).toMatch(
      /greeter\+1\.2\.3\.patch cannot be applied: .*index\.js is not as the patch expects/,
    );
    expect(status).toBe(1);
    expect(await readFile(greeter(), 'utf8')).toContain('ciao');
  });

  it('fails for another version', async () => {
    await writeFile(join(project, 'node_modules/greeter/package.json'), '{ "version": "1.2.4" }');
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('greeter is version 1.2.4') });
  });

  it.each([
    ['a patch that changes nothing', '\n', 'it changes nothing'],
    [
      'a patch that adds a file',
      PATCH.replace('--- a/node_modules/greeter/index.js', '--- /dev/null'),
      'may only',
    ],
    [
      'a patch outside node_modules',
      PATCH.replaceAll('node_modules/', 'src/'),
      'it may only change files of',
    ],
  ])('fails for %s', async (_what, patch, reason) => {
    await writeFile(join(project, 'patches/greeter+1.2.3.patch'), patch);
    expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining(reason) });
  });
});
