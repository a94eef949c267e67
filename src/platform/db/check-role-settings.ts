import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { describeWrong, findWrongSettings, READ_SETTINGS, type WrongSetting } from './pinned-settings.ts';
import { ISOLATION, SESSION_SETTINGS, TIMEOUTS } from './session-settings.ts';

/** The role lacks settings. The message contains the SQL that sets them. */
export class RoleSettingsError extends Error {
  constructor(role: string, wrong: string[], misread: readonly WrongSetting[]) {
    const missing =
      wrong.length === 0 ? [] : [`these settings are missing, or too long: ${wrong.join(', ')}`];
    const misreading = misread.length === 0 ? [] : [`values would be misread: ${describeWrong(misread)}`];
    const statements = [
      ...(wrong.length === 0 ? [] : roleSettings(role)),
      ...misread.map(({ name, wanted }) => set(role, name, wanted)),
    ];
    super(
      `Behind the pooler of DATABASE_URL ${[...missing, ...misreading].join('; ')}.\n` +
        'Run this once on the database, not through the pooler. Then make the pooler reconnect (RECONNECT):\n' +
        statements.join('\n'),
    );
  }
}

/** The statements that give a role the settings of our sessions. */
export function roleSettings(role: string): string[] {
  return Object.entries(SESSION_SETTINGS).map(([name, value]) => {
    const text = name in TIMEOUTS ? `${Number(value) / 1_000}s` : String(value);
    return set(role, name, text);
  });
}

function set(role: string, name: string, value: string): string {
  return `  ALTER ROLE ${role} SET ${name} = '${value}';`;
}

/**
 * Checks the settings that the role brings to a pooled session. A pooler shares its sessions, so Usher cannot set them.
 * The keep-alive is not checked, as sessions over a Unix socket have none.
 *
 * @throws RoleSettingsError if a time-out is missing or too long, the isolation level is another, or a setting changes
 *   what is read and written
 */
export async function checkRoleSettings(db: Database): Promise<void> {
  const rows = await db.execute<{ role: string; name: string; setting: string }>(
    sql`select quote_ident(current_user) as role, name, setting from pg_settings`,
  );
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]));
  const wrong = Object.entries(TIMEOUTS)
    .filter(([name, longest]) => !isBetween(Number(settings.get(name)), 1, longest))
    .map(([name]) => name);
  if (settings.get('default_transaction_isolation') !== ISOLATION)
    wrong.push('default_transaction_isolation');
  const [row = {}] = await db.execute<Record<string, string | null>>(sql.raw(READ_SETTINGS));
  const misread = findWrongSettings(row);
  if (wrong.length + misread.length > 0)
    throw new RoleSettingsError(rows[0]?.role ?? 'usher', wrong, misread);
}

function isBetween(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
