import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/**
 * Reads `.env` of the working directory into the environment; a variable that is set already, though empty, keeps its
 * value. Every program imports this file first, because libraries read NODE_ENV while they load.
 *
 * Not by `process.loadEnvFile`: in Node 20 it takes a file that it may not read for none, and everywhere a byte order mark
 * for a part of the first name.
 */
try {
  const given = parseEnv(readFileSync('.env', 'utf8').replace(/^\uFEFF/, ''));
  for (const [name, value] of Object.entries(given)) process.env[name] ??= value;
} catch (error) {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT') {
    process.stderr.write(
      `Cannot read .env of this folder (${code}). It must be a file that this user may read.\n`,
    );
    process.exit(1);
  }
}
