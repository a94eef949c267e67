import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BINARY = '/usr/bin/khal';
const run = promisify(execFile);

export const hasKhal = existsSync(BINARY);

/** A calendar of khal, whose clock is at UTC. */
export interface Khal {
  /** Imports a file, as a person does by opening it. */
  open(file: string): Promise<void>;
  /** The events of a day, such as "18:00-21:01 Avengers: Endgame (CONFIRMED)". */
  list(day: string): Promise<string[]>;
}

/** Makes an empty calendar. */
export async function startKhal(): Promise<Khal> {
  const folder = await temporaryFolder('usher-khal-');
  const calendar = join(folder, 'calendar');
  await mkdir(calendar);
  const config = join(folder, 'config');
  await writeFile(
    config,
    `[calendars]
[[usher]]
path = ${calendar}
[sqlite]
path = ${join(folder, 'khal.db')}
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = UTC
default_timezone = UTC
`,
  );
  const khal = async (...args: string[]) => {
    const env = { ...process.env, LC_ALL: 'C.UTF-8', HOME: folder };
    const { stdout } = await run(BINARY, ['--config', config, ...args], { env });
    return stdout;
  };
  let files = 0;
  return {
    open: async (file) => {
      const path = join(folder, `${++files}.ics`);
      await writeFile(path, file);
      await khal('import', '--batch', '--include-calendar', 'usher', path);
    },
    list: async (day) => {
      const format = '{start-time}-{end-time} {title} ({status})';
      const shown = await khal('list', '--day-format', '', '--format', format, day, '1d');
      return shown.split('\n').filter(Boolean);
    },
  };
}
