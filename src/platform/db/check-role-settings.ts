import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { ISOLATION, SESSION_SETTINGS, TIMEOUTS } from './session-settings.ts';

/** The role does not bring the settings; the message has the SQL that makes it. */
export class RoleSettingsError extends Error {
  constructor(role: string, wrong: string[]) {
    super(
      `Behind the pooler of DATABASE_URL these settings are missing, or too long: ${wrong.join(', ')}.\n` +
        'Run this once on the database, by the direct way, then have the pooler connect anew (RECONNECT):\n' +
        roleSettings(role).join('\n'),
    );
  }
}

/** The statements that have a role bring what our sessions need. */
export function roleSettings(role: string): string[] {
  return Object.entries(SESSION_SETTINGS).map(([name, value]) => {
    const text = name in TIMEOUTS ? `${Number(value) / 1_000}s` : value;
    return `  ALTER ROLE ${role} SET ${name} = '${text}';`;
  });
}

/**
 * A pooler shares its sessions, so none of ours may set anything. The keep-alive is not asked for, as sessions over a
 * socket file have none.
 *
 * @throws RoleSettingsError when a session that the pooler gives us could wait for ever
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
  if (wrong.length > 0) throw new RoleSettingsError(rows[0]?.role ?? 'usher', wrong);
}

function isBetween(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
