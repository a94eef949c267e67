import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** An identifier: compared byte by byte, so that its order is the same on every machine and locale. */
export const id = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

/** An amount of money in paise (1/100 rupee). */
export const paise = (name: string) => bigint(name, { mode: 'bigint' });

/** An instant, UTC, to the millisecond: what JavaScript's Date can hold, nothing finer. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
