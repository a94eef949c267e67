import { readFile } from 'node:fs/promises';
import { clients, folderOf } from './clients.ts';
import { generateClient } from './generate-client.ts';
import { invalidOperations } from './invalid-operations.ts';
import { lintSchema } from './lint-schema.ts';
import { runTool } from './run-tool.ts';
import { judgeSchema } from './schema-promise.ts';

/** npm run check:clients: fails when schema.graphql would break clients, or is not what their tools expect. */
const schema = await readFile('schema.graphql', 'utf8');

await step(
  'what clients were promised is kept',
  async () => {
    const { kept, lines } = await judgeSchema(schema);
    return { succeeded: kept, output: lines.join('\n'), isTold: true };
  },
  'The lines above say what to do.',
);
await step(
  "graphql-eslint's rules for schemas and for Relay hold",
  () => lintSchema(schema).then(linesToOutcome),
  'Mend the schema, or name the exception and its reason in tests/clients/schema-rule-exceptions.ts.',
);
await step(
  'the generated types of examples/web are those of schema.graphql',
  () => runTool('npm', ['run', '-s', 'codegen', '--prefix', '../web', '--', '--check']),
  'Run `npm run codegen --workspace examples/web`, and commit what it writes.',
);
for (const client of clients) {
  const folder = folderOf(client);
  const generated = await step(
    `${client.name}: ${client.generate.join(' ')}`,
    () => generateClient(client),
    `The operations in ${folder} and schema.graphql do not fit: clients like it would stop to build.`,
  );
  if (!generated) continue;
  if (!client.generatorReadsOperations) {
    await step(
      `${client.name}: its operations are valid`,
      () => invalidOperations(folder, schema).then(linesToOutcome),
      `A field that ${folder} asks for is gone or another one: clients like it would get errors.`,
    );
  }
  await step(
    `${client.name}: tsc --project ${folder}`,
    () => runTool('tsc', ['--project', client.name]),
    `The types that schema.graphql gives are not those that ${folder} was written for: clients like it would stop to build.`,
  );
}

interface Outcome {
  succeeded: boolean;
  output: string;
  /** Whether the output matters when all is well, too. */
  isTold?: boolean;
}

function linesToOutcome(lines: string[]): Outcome {
  return { succeeded: lines.length === 0, output: lines.join('\n') };
}

async function step(name: string, run: () => Promise<Outcome>, advice: string): Promise<boolean> {
  const { succeeded, output, isTold } = await run();
  process.stdout.write(`${succeeded ? 'ok    ' : 'FAILED'} ${name}\n`);
  if (output && (isTold || !succeeded))
    process.stdout.write(`${output.trimEnd().replaceAll(/^/gm, '       ')}\n`);
  if (!succeeded) {
    process.stdout.write(`       ${advice}\n`);
    process.exitCode = 1;
  }
  return succeeded;
}
