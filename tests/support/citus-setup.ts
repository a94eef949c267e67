import type { TestProject } from 'vitest/node';
import { prepareCitusDatabase } from './citus-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database that all tests have, one after the other; only on Citus. */
    citusUrl?: string;
  }
}

/** Set-up of `npm run test:citus`: a given cluster instead of a server of the tests' own. */
export default async function setup(project: TestProject): Promise<void> {
  const url = process.env.CITUS_URL;
  if (!url) throw new Error('Set CITUS_URL, or run the tests by: npm run test:citus');
  await prepareCitusDatabase(url);
  project.provide('citusUrl', url);
  project.provide('postgresUrl', url);
}
