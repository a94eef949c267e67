import { and, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { type Statement, statement } from '../platform/db/statement.ts';
import { tickets } from '../platform/db/tables/index.ts';
import { conditions, kindOf, type TicketList, valuesOf } from './list-conditions.ts';
import type { TicketFilter } from './ticket-filter.input.ts';

/** Counting stops here (docs/decisions/055). `totalCountIsExact` of the schema says whether it did. */
export const MOST_COUNTED = 1_000;

/** The number of tickets of a list as far as it is known. */
export interface TicketCount {
  /** At most `MOST_COUNTED`. */
  totalCount: number;
  totalCountIsExact: boolean;
}

/** @param counted what `countOf` selected: at most `MOST_COUNTED` + 1 */
export function toTicketCount(counted: number): TicketCount {
  return { totalCount: Math.min(counted, MOST_COUNTED), totalCountIsExact: counted <= MOST_COUNTED };
}

/** A subquery that counts the tickets of a list up to one more than `MOST_COUNTED`, from one index. */
export function countOf(filter: TicketFilter): SQL<number> {
  const limit = sql.raw(String(MOST_COUNTED + 1));
  return sql<number>`(select count(*)::int from (
    select from ${tickets} where ${and(...conditions(filter))} limit ${limit}) as counted)`;
}

const statements = new Map<string, Statement<{ count: number }[]>>();

/** Counts a list without reading a page of it. */
export async function countTickets(db: Database, list: TicketList): Promise<TicketCount> {
  const kind = kindOf(list.filter);
  const known =
    statements.get(kind) ??
    statement((builder) =>
      builder
        .select({ count: countOf(list.filter) })
        .from(sql`(select) as one`)
        .prepare(`count_of_tickets ${kind}`),
    );
  statements.set(kind, known);
  const [counted] = await known(db, valuesOf(list));
  if (!counted) throw new Error('a count returned no row');
  return toTicketCount(counted.count);
}
