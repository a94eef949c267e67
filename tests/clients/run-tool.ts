import { execFile } from 'node:child_process';
import { delimiter, join, resolve } from 'node:path';
import { EXAMPLES } from './clients.ts';

/** Runs a command of an installed package in examples/clients; false and what it printed when it fails. */
export function runTool(command: string, args: string[]): Promise<{ succeeded: boolean; output: string }> {
  const bins = [EXAMPLES, '.'].map((folder) => resolve(join(folder, 'node_modules/.bin')));
  const env = { ...process.env, PATH: [...bins, process.env.PATH].join(delimiter) };
  return new Promise((done) => {
    execFile(command, args, { cwd: EXAMPLES, env }, (error, stdout, stderr) =>
      done({
        succeeded: error === null,
        output: `${stdout}${stderr}${error && !stdout && !stderr ? error.message : ''}`,
      }),
    );
  });
}
