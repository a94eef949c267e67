import type postgres from 'postgres';

interface PinnedSetting {
  value: string;
  /** Whether PgBouncer keeps the value of each client apart. It refuses the others as start-up parameters. */
  isTracked?: boolean;
  /** Whether a session with this value reads and writes the same. Default: only with the pinned value. */
  means?(value: string): boolean;
}

/**
 * The settings that change what statements read or write. A database or role may have other values: with DateStyle
 * 'SQL, DMY', 7 December would be read as 12 July. So each session sets them when it starts.
 */
export const PINNED: Record<string, PinnedSetting> = {
  DateStyle: { value: 'ISO, MDY', isTracked: true, means: (value) => value.startsWith('ISO') },
  TimeZone: { value: 'UTC', isTracked: true },
  standard_conforming_strings: { value: 'on', isTracked: true },
  IntervalStyle: { value: 'postgres' },
  extra_float_digits: { value: '1', means: (value) => Number(value) >= 0 },
  bytea_output: { value: 'hex' },
  array_nulls: { value: 'on' },
  transform_null_equals: { value: 'off' },
  search_path: { value: 'public' },
};

/** The start-up parameters that pin the settings. */
export const PINNED_PARAMETERS: Record<string, string> = parametersOf(Object.entries(PINNED));

/** Those of them that a pooler accepts. The role must bring the others. */
export const POOLED_PARAMETERS: Record<string, string> = parametersOf(
  Object.entries(PINNED).filter(([, { isTracked }]) => isTracked),
);

function parametersOf(settings: [string, PinnedSetting][]): Record<string, string> {
  return Object.fromEntries(settings.map(([name, { value }]) => [name, value]));
}

/** The parameters in the form of libpq's `options`, for drivers that accept only a few of them by name. */
export function asOptions(parameters: Record<string, string | number>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `-c ${name}=${String(value).replaceAll(/[\s\\]/g, '\\$&')}`)
    .join(' ');
}

/** Not a setting to pin: only a superuser can change it, and it turns off foreign keys. */
const FOREIGN_KEYS = 'session_replication_role';

/** Reads what `findWrongSettings` judges, in one row. */
export const READ_SETTINGS = `select current_schema() as search_path, current_setting('${FOREIGN_KEYS}') as ${FOREIGN_KEYS}, ${Object.keys(
  PINNED,
)
  .filter((name) => name !== 'search_path')
  .map((name) => `current_setting('${name}') as "${name}"`)
  .join(', ')}`;

/** A setting whose value changes what the session reads or writes. */
export interface WrongSetting {
  name: string;
  /** Null: the search_path has no existing schema. */
  value: string | null;
  wanted: string;
}

/**
 * Finds the settings of a session that change what it reads or writes. Of the search_path, only the first existing
 * schema matters.
 *
 * @param row the row of READ_SETTINGS
 */
export function findWrongSettings(row: Record<string, string | null>): WrongSetting[] {
  const wanted = { ...PINNED, [FOREIGN_KEYS]: { value: 'origin' } as PinnedSetting };
  return Object.entries(wanted).flatMap(([name, { value: right, means }]) => {
    const value = row[name] ?? null;
    const isRight = value !== null && (means?.(value) ?? value === right);
    return isRight ? [] : [{ name, value, wanted: right }];
  });
}

/** One line about wrong settings, such as `DateStyle is "SQL, DMY" instead of "ISO, MDY"`. */
export function describeWrong(wrong: readonly WrongSetting[]): string {
  return wrong
    .map(
      ({ name, value, wanted }) =>
        `${name} is ${value === null ? 'none' : `"${value}"`} instead of "${wanted}"`,
    )
    .join(', ');
}

/** Reads and judges the settings of a client's session. */
export async function readWrongSettings(client: Pick<postgres.Sql, 'unsafe'>): Promise<WrongSetting[]> {
  const [row = {}] = await client.unsafe<Record<string, string | null>[]>(READ_SETTINGS);
  return findWrongSettings(row);
}
