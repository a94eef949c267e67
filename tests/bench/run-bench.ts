import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { cleanUp, cleanUpOnSignals, isCleaningUp } from './clean-up.ts';
import { compare } from './compare.ts';
import { grow } from './growth.ts';
import { WrongAnswerError } from './measure.ts';
import { readOptions, UsageError } from './options.ts';
import { say } from './say.ts';

/** npm run bench: how fast Usher is beside other servers over the same data; docs/performance.md reads the tables. */
async function run(args: string[]): Promise<void> {
  const options = readOptions(args);
  const command = ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  say('building Usher');
  execFileSync('npm', ['run', '-s', 'build:server']);
  const tables = options.growth ? await grow(options) : await compare(options, command);
  process.stdout.write(`\n${tables}`);
  if (options.markdown) await writeFile(options.markdown, tables);
}

cleanUpOnSignals();
const exitCode = await run(process.argv.slice(2))
  .then(
    () => 0,
    (error: unknown) => {
      if (isCleaningUp()) return 130;
      const explained = error instanceof UsageError || error instanceof WrongAnswerError;
      process.stderr.write(`${explained ? error.message : error instanceof Error ? error.stack : error}\n`);
      return 1;
    },
  )
  .finally(cleanUp);
process.exit(exitCode);
