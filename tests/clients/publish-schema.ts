import { readFile, writeFile } from 'node:fs/promises';
import { DELIBERATE, judgeSchema, PROMISED } from './schema-promise.ts';

/** npm run schema:publish: with a release, the present schema becomes what clients are promised. */
const present = await readFile('schema.graphql', 'utf8');
const { kept, lines } = await judgeSchema(present);
for (const line of lines) process.stdout.write(`${line}\n`);
if (kept) {
  await writeFile(PROMISED, present);
  // They have happened; what they were stays in the history and the decision records.
  await writeFile(DELIBERATE, '[]\n');
  process.stdout.write(`Commit ${PROMISED} and ${DELIBERATE}: this is promised from now on.\n`);
} else {
  process.stderr.write('Nothing is published.\n');
  process.exitCode = 1;
}
