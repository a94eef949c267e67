import { readFile, writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchema } from '../../api/graphql/build-schema.ts';

/** npm run schema: regenerates schema.graphql. With --check, only fails if it is out of date. */
const FILE = 'schema.graphql';
const printed = `${printSchema(lexicographicSortSchema(await buildSchema()))}\n`;

if (process.argv.includes('--check')) {
  if ((await readFile(FILE, 'utf8').catch(() => '')) === printed) {
    process.stdout.write(`${FILE} is up to date.\n`);
  } else {
    process.stderr.write(`${FILE} is not what the code makes. Run "npm run schema" and commit it.\n`);
    process.exitCode = 1;
  }
} else {
  await writeFile(FILE, printed);
}
