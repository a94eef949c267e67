import '../config/load-env-file.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';
import { type Config, readConfig } from '../config/config.ts';
import { explainFailure } from '../config/explain-failure.ts';

/** A command was called with wrong arguments, or refuses to run. */
export class CommandError extends OperatorError {}

/**
 * Runs a command with the settings of the environment. An error is printed on stderr, and sets exit code 1.
 *
 * @param command returns the text to print on stdout
 */
export async function runCommand(
  command: (args: string[], config: Config) => Promise<string>,
): Promise<void> {
  try {
    const config = readConfig(process.env, 'command');
    for (const notice of config.notices) process.stderr.write(`${notice}\n`);
    process.stdout.write(`${await command(process.argv.slice(2), config)}\n`);
  } catch (error) {
    process.stderr.write(
      `${explainFailure(error) ?? (error instanceof Error ? error.message : String(error))}\n`,
    );
    process.exitCode = 1;
  }
}
