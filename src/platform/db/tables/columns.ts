import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** An identifier, compared byte by byte, so its order does not depend on the locale. */
export const id = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

/** An amount of money in paise (1/100 rupee). */
export const paise = (name: string) => bigint(name, { mode: 'bigint' });

/** An instant in UTC, in milliseconds like JavaScript's Date. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
