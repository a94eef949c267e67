import { measureCostAttacks } from './cost-figures.ts';
import type { PartReport } from './part.ts';

/** npm run test:security: attacks a server of its own and prints what it did. Ends with 1 when anything is broken. */
const PARTS: (() => Promise<PartReport>)[] = [measureCostAttacks];

let broken = 0;
for (const measure of PARTS) {
  const report = await measure();
  const lines = [
    `\n${report.title}\n`,
    report.table,
    ...report.warnings.map((warning) => `  warning: ${warning}`),
    ...report.broken.map((sentence) => `  BROKEN: ${sentence}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  broken += report.broken.length;
}
process.stdout.write(broken === 0 ? '\nNothing is broken.\n' : `\n${broken} things are broken.\n`);
process.exit(broken === 0 ? 0 : 1);
