import { parseArgs } from 'node:util';
import openRunFolder from '../support/run-folder.ts';
import { measureCostAttacks } from './cost-figures.ts';
import { foreignOrMissing } from './foreign-or-missing.ts';
import { fuzz } from './fuzz.ts';
import type { PartReport } from './part.ts';

/**
 * npm run test:security -- [--operations N] [--seed N]: attacks servers of its own and prints what they did. Ends with 1
 * when anything is broken.
 */
const { values } = parseArgs({
  options: { operations: { type: 'string', default: '10000' }, seed: { type: 'string' } },
});
const operations = Number(values.operations);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(Number.isInteger(operations) && operations > 0 && Number.isInteger(seed)))
  throw new Error('--operations has to be a whole number above 0, --seed a whole number');

const PARTS: (() => Promise<PartReport>)[] = [
  measureCostAttacks,
  foreignOrMissing,
  () => fuzz({ operations, seed }),
];

// An interrupt ends this process, and then its servers.
const removeRun = await openRunFolder();
let broken = 0;
for (const measure of PARTS) {
  const report = await measure();
  const lines = [
    `\n${report.title}\n`,
    ...report.lines,
    ...report.broken.map((sentence) => `  BROKEN: ${sentence}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  broken += report.broken.length;
}
process.stdout.write(broken === 0 ? '\nNothing is broken.\n' : `\n${broken} things are broken.\n`);
await removeRun();
process.exit(broken === 0 ? 0 : 1);
