import { placeOf } from '../../platform/db/connection-url.ts';
import { migrateDatabase } from '../../platform/db/migrate.ts';
import { findDatabaseUrl } from '../config/find-database-url.ts';
import { runCommand } from './run-command.ts';

/** npm run migrate: migrates the database, as the owner of its tables. A later start then needs no such right. */
await runCommand(async (_args, config) => {
  const url = await findDatabaseUrl(config);
  const { environment } = config;
  const tell = (line: string) => process.stdout.write(`${line}\n`);
  const applied = await migrateDatabase(url, { environment, onProgress: tell });
  for (const name of applied) tell(`Applied ${name}`);
  if (applied.length > 0)
    tell('Where the API and the worker have roles of their own, apply ops/grants.sql now.');
  const why = environment === 'development' ? ', as NODE_ENV is not production' : '';
  return `${placeOf(url)} is up to date: a ${environment} database${why}.`;
});
