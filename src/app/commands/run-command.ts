import '../config/load-env-file.ts';
import { type Config, readConfig } from '../config/config.ts';
import { explainFailure } from '../config/explain-failure.ts';

/** A command was called wrongly, or refuses; its message is printed as it is. */
export class CommandError extends Error {}

/**
 * Runs a command: reads the settings, prints its answer on stdout, and what went wrong on stderr with exit code 1.
 *
 * @param command its answer is printed with a line feed
 */
export async function runCommand(
  command: (args: string[], config: Config) => Promise<string>,
): Promise<void> {
  try {
    const config = readConfig(process.env, 'command');
    for (const notice of config.notices) process.stderr.write(`${notice}\n`);
    process.stdout.write(`${await command(process.argv.slice(2), config)}\n`);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

function explain(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  return explainFailure(error) ?? (error instanceof Error ? error.message : String(error));
}
