import { execFile } from 'node:child_process';

export interface Outcome {
  exitCode: number;
  /** stdout, followed by stderr. */
  output: string;
}

/**
 * Runs a program to its end, as our own user or another.
 *
 * It inherits no environment variables: PGDATA, PGPORT or PGOPTIONS would redirect it, and DATABASE_URL is a secret.
 * Messages are in English, since we parse them, and the time zone is UTC. The working directory is `/`, since initdb
 * and pg_ctl refuse to run in one that their user cannot read.
 *
 * @throws the error of spawn (ENOENT, EACCES, EPERM, ...) if the program could not be started
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
