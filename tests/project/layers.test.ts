import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';

/** Imports go down this list, or stay in their folder. What is not in a folder (main.ts and its like) is on top. */
const LAYERS = [
  'entry points',
  'commands',
  'seed',
  'demo',
  'config',
  'cluster',
  'server',
  'limits',
  'worker',
  'access',
  'cancellation',
  'holds',
  'refunding',
  'notifications',
  'tickets',
  'policies',
  'payments',
  'refunds',
  'gateway',
  'shows',
  'seats',
  'timeline',
  'auth',
  'jobs',
  'sandbox',
  'embedded',
  'replicas',
  'db',
  'money',
  'time',
  'telemetry',
  'text',
  'errors',
];

const files = (await readdir('src', { recursive: true })).filter((file) => file.endsWith('.ts'));
const folderOf = (file: string) => (file.includes('/') ? (file.split('/')[0] ?? '') : 'entry points');

it.each(files)('%s imports nothing from a layer above its own', async (file) => {
  const source = await readFile(join('src', file), 'utf8');
  const imported = [...source.matchAll(/from '(\.[^']+)'|import '(\.[^']+)'/g)].map((match) =>
    normalize(join(dirname(file), match[1] ?? match[2] ?? '')),
  );
  const layer = LAYERS.indexOf(folderOf(file));
  expect(layer, `the layer of ${file}`).not.toBe(-1);
  expect(imported.filter((target) => LAYERS.indexOf(folderOf(target)) < layer)).toEqual([]);
});

it.each(files.filter((file) => !file.startsWith('config/')))(
  '%s leaves process.env to the config',
  async (file) => {
    const source = await readFile(join('src', file), 'utf8');
    const uses = source.split('\n').filter((line) => line.includes('process.env'));
    expect(uses.filter((line) => !/read(Sandbox)?Config\(process\.env(, 'command')?\)/.test(line))).toEqual(
      [],
    );
  },
);
