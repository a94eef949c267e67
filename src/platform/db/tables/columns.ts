import { type SQL, sql } from 'drizzle-orm';
import { type AnyPgColumn, bigint, customType } from 'drizzle-orm/pg-core';
import { readInstant } from '../../time/read-instant.ts';

/** An identifier, compared byte by byte, so its order does not depend on the locale. */
export const id = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

/** An amount of money in paise (1/100 rupee). */
export const paise = (name: string) => bigint(name, { mode: 'bigint' });

/** Whether an amount is a number that JSON keeps exactly: the gateway receives it as a number. For a CHECK. */
export const isExact = (amount: AnyPgColumn): SQL => sql`${amount} <= 9007199254740991`;

/** An instant in UTC, in milliseconds like JavaScript's Date. It is never an invalid Date: `readInstant` throws. */
export const instant = customType<{ data: Date; driverData: string }>({
  dataType: () => 'timestamp (3) with time zone',
  fromDriver: readInstant,
  toDriver: (value) => value.toISOString(),
});
