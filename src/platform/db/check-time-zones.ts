import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { databaseCode } from '../errors/database-fault.ts';
import { isTimeZone, TIME_ZONE_DATA_VERSION, utcOffsetAt } from '../time/time-zone-data.ts';
import type { Database } from './database.ts';
import { screens, shows, theaters } from './tables/index.ts';

const DAY_MS = 86_400_000;
const DAYS = 366;
const UNKNOWN_TO_DATABASE = '22023';

/** A time zone about which this process and the database disagree. */
export interface TimeZoneConflict {
  timeZone: string;
  problem: string;
}

/**
 * Compares the database's time zone data with ours for every zone in which a show starts within a year. Usher itself
 * uses its own only, but a service that computes `start_time` in SQL would store another time than the printed one.
 */
export async function findTimeZoneConflicts(db: Database, now: Date): Promise<TimeZoneConflict[]> {
  const end = new Date(now.getTime() + DAYS * DAY_MS);
  const zones = await db
    .selectDistinct({ timeZone: theaters.timeZone })
    .from(theaters)
    .where(
      sql`exists (select from ${screens} join ${shows} on ${shows.screenId} = ${screens.id}
        where ${screens.theaterId} = ${theaters.id}
          and ${shows.startTime} between ${now.toISOString()}::timestamptz and ${end.toISOString()}::timestamptz)`,
    )
    .orderBy(theaters.timeZone);
  const conflicts: TimeZoneConflict[] = [];
  for (const { timeZone } of zones) {
    const problem = await problemOf(db, timeZone, now);
    if (problem) conflicts.push({ timeZone, problem });
  }
  return conflicts;
}

/** Logs a warning for each conflict. Never throws: without the comparison, Usher works as well. */
export async function warnOfTimeZoneConflicts(db: Database, now: Date, log: Logger): Promise<void> {
  try {
    for (const conflict of await findTimeZoneConflicts(db, now))
      log.warn(
        { ...conflict, timeZoneData: TIME_ZONE_DATA_VERSION },
        'the database has other time zone data',
      );
  } catch (error) {
    log.warn({ err: error }, 'the time zones of the database could not be compared');
  }
}

async function problemOf(db: Database, timeZone: string, now: Date): Promise<string | null> {
  if (!isTimeZone(timeZone)) return 'no IANA time zone: times of its theaters are shown in UTC';
  const offsets = await offsetsOfDays(db, timeZone, now);
  if (offsets === null) return 'unknown to the database';
  for (const [day, minutes] of offsets.entries()) {
    const at = new Date(now.getTime() + day * DAY_MS);
    const ours = utcOffsetAt(timeZone, at);
    if (minutes !== ours)
      return `at ${at.toISOString()} the database is ${minutes} minutes ahead of UTC, Usher ${ours}`;
  }
  return null;
}

/** The database's offsets from UTC at this time of each day, in minutes; null if it does not know the zone. */
async function offsetsOfDays(db: Database, timeZone: string, now: Date): Promise<number[] | null> {
  try {
    const rows = await db.execute<{ minutes: number }>(sql`
      select (extract(epoch from (at at time zone ${timeZone}::text) - (at at time zone 'UTC')) / 60)::int as minutes
      from generate_series(0, ${DAYS}::int) as day,
        lateral (select ${now.toISOString()}::timestamptz + day * interval '24 hours' as at) as moment
      order by day`);
    return rows.map(({ minutes }) => minutes);
  } catch (error) {
    if (databaseCode(error) === UNKNOWN_TO_DATABASE) return null;
    throw error;
  }
}
