import { readdir, readFile } from 'node:fs/promises';

/** Ticks of /proc are hundredths of a second on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/** Returns the CPU time of a process in milliseconds. */
export async function cpuOfProcess(pid: number): Promise<number> {
  const { own } = await readStat(pid);
  return own * MS_PER_TICK;
}

/** Returns the CPU time of a server and all its child processes, also ended ones, in milliseconds. */
export async function cpuOfServer(pid: number): Promise<number> {
  const all = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readStat(Number(name)).catch(() => null)),
  );
  const server = await readStat(pid);
  const children = all.filter((stat) => stat?.parent === pid);
  return children.reduce((sum, stat) => sum + (stat?.own ?? 0), server.own + server.ended) * MS_PER_TICK;
}

/** Returns the peak memory of a process in megabytes. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1_024;
}

async function readStat(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses, which may contain spaces.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
  return { parent, own: utime + stime, ended: cutime + cstime };
}
