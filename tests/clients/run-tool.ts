import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** Runs a command of a package that is installed here; false and what it printed when it fails. */
export function runTool(command: string, args: string[]): Promise<{ succeeded: boolean; output: string }> {
  return new Promise((resolve) => {
    execFile(join('node_modules/.bin', command), args, (error, stdout, stderr) =>
      resolve({
        succeeded: error === null,
        output: `${stdout}${stderr}${error && !stdout && !stderr ? error.message : ''}`,
      }),
    );
  });
}
