import { execFile } from 'node:child_process';

export interface Outcome {
  exitCode: number;
  /** stdout and stderr, one after the other */
  output: string;
}

/**
 * Runs a program to its end, as another user when one is given, and tells how it ended.
 *
 * It inherits nothing from our environment: PGDATA, PGPORT or PGOPTIONS would redirect it, and DATABASE_URL
 * and the like are none of its business. Messages are in English (we read them), time zone UTC on every
 * machine. The working folder is `/`, because initdb and pg_ctl refuse to run where their user cannot read.
 *
 * @throws the error of spawn (ENOENT, EACCES, EPERM, ...) when the program could not be run at all
 */
export function runProgram(
  file: string,
  args: string[],
  user: { uid: number; gid: number } | null,
): Promise<Outcome> {
  const options = {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', HOME: '/', LC_ALL: 'C', TZ: 'UTC' },
    maxBuffer: 16 * 1024 * 1024,
    windowsHide: true,
    ...(user && { uid: user.uid, gid: user.gid }),
  };
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      const output = stdout + stderr;
      if (error === null) resolve({ exitCode: 0, output });
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, output });
      else if (error.signal) resolve({ exitCode: 1, output: `${output}\nended by ${error.signal}` });
      else reject(error);
    });
  });
}
