import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';

/**
 * Writes the schema's types. `npx gql.tada generate-output` does the same where TypeScript is older than 7, whose
 * compiler cannot be called by programs.
 */
const schema = buildSchema(await readFile(new URL('../../../schema.graphql', import.meta.url), 'utf8'));
const introspection = minifyIntrospection(introspectionFromSchema(schema));
const folder = new URL('generated/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(
  new URL('graphql-env.d.ts', folder),
  outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true }),
);
