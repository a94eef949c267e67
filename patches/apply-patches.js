import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyPatch, parsePatch, reversePatch } from 'diff';

/**
 * Runs after every `npm ci`: applies each NAME+VERSION.patch of this folder to node_modules/NAME, and ends with 1 when one
 * does not fit. Files that are patched already stay as they are. Plain JavaScript, since production has no tsx.
 */
const folder = dirname(fileURLToPath(import.meta.url));
const root = dirname(folder);
const EXACTLY = { fuzzFactor: 0, autoConvertLineEndings: false };

for (const file of (await readdir(folder)).filter((name) => name.endsWith('.patch')).sort()) {
  try {
    process.stdout.write(`${file}: ${await apply(file)}\n`);
  } catch (error) {
    process.stderr.write(`patches/${file} cannot be applied: ${error.message}\n`);
    process.exitCode = 1;
  }
}

async function apply(file) {
  const [, name, version] = /^(.+)\+([^+]+)\.patch$/.exec(file) ?? [];
  if (!name) throw new Error('its name is not NAME+VERSION.patch');
  const { version: installed } = JSON.parse(await readFile(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  if (installed !== version) throw new Error(`node_modules/${name} is version ${installed}`);

  const patches = parsePatch(await readFile(join(folder, file), 'utf8'));
  if (!patches.some(({ hunks }) => hunks.length > 0)) throw new Error('it changes nothing');
  // Nothing is written before every file is known to fit.
  const changed = (await Promise.all(patches.map(patchFile))).filter((change) => change !== null);
  for (const { path, text } of changed) await writeFile(path, text);
  return changed.length > 0 ? 'applied' : 'was applied before';
}

/** @returns the file and what it has to contain; null when it does already */
async function patchFile(patch) {
  const [before, after] = [patch.oldFileName, patch.newFileName].map((name) => name?.replace(/^[ab]\//, ''));
  if (!before?.startsWith('node_modules/') || before !== after || patch.hunks.length === 0)
    throw new Error(`it may only change files of node_modules, not add, move or remove ${before}`);
  const path = join(root, before);
  const text = await readFile(path, 'utf8');
  if (applyPatch(text, reversePatch(patch), EXACTLY) !== false) return null;
  const patched = applyPatch(text, patch, EXACTLY);
  if (patched === false) throw new Error(`${before} is not as the patch expects it`);
  return { path, text: patched };
}
