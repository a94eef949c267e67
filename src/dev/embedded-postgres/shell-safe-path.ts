import { EmbeddedPostgresError } from './embedded-postgres.error.ts';

/**
 * initdb and pg_ctl put paths between double quotes into shell commands, and escape nothing in them.
 *
 * @throws EmbeddedPostgresError for a path in which the shell would see more than a path
 */
export function refuseShellCharacters(path: string): void {
  const special = process.platform === 'win32' ? /["%\n]/ : /["$`\\\n]/;
  if (!special.test(path)) return;
  throw new EmbeddedPostgresError(
    'The embedded PostgreSQL cannot work in a folder whose name has ", $, `, \\ or a line break ' +
      `(${JSON.stringify(path)}): ` +
      'rename it, or set DATABASE_URL.',
  );
}
