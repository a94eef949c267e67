import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkRoleSettings, roleSettings } from '../../src/platform/db/check-role-settings.ts';
import { openDatabase } from '../../src/platform/db/database.ts';
import { findWrongSettings, PINNED, READ_SETTINGS } from '../../src/platform/db/pinned-settings.ts';
import { hasPgbouncer, type Pgbouncer, startPgbouncer } from './pgbouncer.ts';
import { createPooledDatabase, type PooledDatabase } from './pooled-database.ts';

/** Behind PgBouncer, sessions can set few settings; the role must bring the others. */

const ODD: Record<string, string> = {
  DateStyle: 'SQL, DMY',
  TimeZone: 'Asia/Kolkata',
  standard_conforming_strings: 'off',
  IntervalStyle: 'sql_standard',
  extra_float_digits: '-15',
  bytea_output: 'escape',
  array_nulls: 'off',
  transform_null_equals: 'on',
  search_path: 'elsewhere',
};

describe.skipIf(!hasPgbouncer)('through PgBouncer, a role with other settings', () => {
  let database: PooledDatabase;
  let pgbouncer: Pgbouncer;
  beforeAll(async () => {
    database = await createPooledDatabase({ connections: 10 });
    for (const statement of roleSettings(database.role)) await database.sql.unsafe(statement);
    pgbouncer = await startPgbouncer(database.url, { poolSize: 2, clients: 20 });
  });
  afterAll(async () => {
    await pgbouncer.close();
    await database.close();
  });

  const open = () => openDatabase({ url: pgbouncer.url, poolSize: 4, pooler: { prepare: false } });

  it.each(Object.keys(PINNED))(
    '%s: it is set by the session, or named with the statement to run',
    async (name) => {
      const { role } = database;
      await database.sql.unsafe(`alter role ${role} set ${name} = '${ODD[name]}'`);
      await pgbouncer.ask('reconnect');
      const { db, close } = open();
      const [row = {}] = await db.execute<Record<string, string>>(sql.raw(READ_SETTINGS));
      const wrong = findWrongSettings(row).map((one) => one.name);
      const check = await checkRoleSettings(db).then(
        () => 'is right',
        (error: Error) => error.message,
      );
      await close();
      await database.sql.unsafe(`alter role ${role} reset ${name}`);
      if (PINNED[name]?.isTracked) {
        expect(wrong).toEqual([]);
        expect(check).toBe('is right');
      } else {
        expect(wrong).toEqual([name]);
        expect(check).toContain(`values would be misread: ${name} is `);
        expect(check).toContain(`  ALTER ROLE ${role} SET ${name} = '${PINNED[name]?.value}';`);
      }
    },
  );

  it('another program on the same server connections does not change what Usher reads', async () => {
    await pgbouncer.ask('reconnect');
    const other = openDatabase({ url: pgbouncer.url, poolSize: 2, pooler: { prepare: false } });
    const ours = open();
    for (let n = 0; n < 20; n += 1) {
      await other.db.execute(sql`set DateStyle = 'SQL, DMY'`);
      const [row = {}] = await ours.db.execute<Record<string, string>>(sql.raw(READ_SETTINGS));
      expect(findWrongSettings(row)).toEqual([]);
    }
    await Promise.all([other.close(), ours.close()]);
  });
});
