import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/**
 * Reads `.env` of the working directory into the environment. A variable that is already set, even if empty, keeps its
 * value. Every program imports this file first, because libraries read NODE_ENV while they load.
 *
 * `process.loadEnvFile` would not do: Node 20 ignores a file without read permission, and every version makes a byte
 * order mark part of the first name.
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
