import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { allowForRealProcesses } from '../../support/patiently.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runIn } from '../../support/usher-process.ts';

/** Programs in a folder with a `.env`. */
let folder: string;
allowForRealProcesses();
beforeEach(async () => {
  folder = await temporaryFolder('usher env ');
});

const program = (script: string, args: string[] = [], environment: Record<string, string> = {}) =>
  runIn(folder, resolve(script), args, environment);

it.each([
  ['the start', 'src/main.ts', 'PORT: must be a whole number'],
  ['a command', 'src/app/commands/token.ts', 'PORT: must be a whole number'],
])('%s reads it', async (_what, script, problem) => {
  await writeFile(join(folder, '.env'), 'PORT="many"\n');
  const started = program(script);
  expect(await started.exit).toBe(1);
  expect(started.output()).toContain(problem);
});

it('what the environment says wins, an empty value too', async () => {
  await writeFile(join(folder, '.env'), 'PORT=many\nJWKS_URL=https://id.example.com/jwks\n');
  const made = program('src/app/commands/token.ts', ['user-asha'], { PORT: '4000', JWKS_URL: '' });
  expect(await made.exit).toBe(0);
  expect(made.output()).toMatch(/^eyJ/);
});

it('a start for production by it tells so in JSON', async () => {
  await writeFile(join(folder, '.env'), 'NODE_ENV=production\nDATABASE_URLL=postgres://db/usher\n');
  const started = program('src/main.ts');
  expect(await started.exit).toBe(1);
  const { level, msg } = JSON.parse(started.output());
  expect(level).toBe(60);
  expect(msg).toContain('DATABASE_URL: must be set in production');
  expect(msg).toContain('DATABASE_URLL: is not a setting of Usher. Did you mean DATABASE_URL?');
});

it('a byte order mark is no part of a name', async () => {
  await writeFile(join(folder, '.env'), '\uFEFFPORT=many\n');
  const started = program('src/app/commands/token.ts');
  expect(await started.exit).toBe(1);
  expect(started.output()).toContain('PORT: must be a whole number');
});

it('what cannot be read as a file stops every program with one line', async () => {
  await mkdir(join(folder, '.env'));
  const started = program('src/main.ts');
  expect(await started.exit).toBe(1);
  expect(started.output()).toMatch(/^Cannot read \.env of this folder \(EISDIR\)\. .*\n$/);
});
