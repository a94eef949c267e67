import type { TestProject } from 'vitest/node';
import { prepareCitusDatabase } from './citus-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database that all tests use sequentially; only on Citus. */
    citusUrl?: string;
  }
}

/** Set-up of `npm run test:citus`: it uses an existing cluster instead of starting a server. */
export default async function setup(project: TestProject): Promise<void> {
  const url = process.env.CITUS_URL;
  if (!url) throw new Error('Set CITUS_URL, or run the tests by: npm run test:citus');
  await prepareCitusDatabase(url);
  project.provide('citusUrl', url);
  project.provide('postgresUrl', url);
}
