import type { Queryable } from './prepare-statements.ts';

/** Tickets of one batch, and any others of its last user. */
const BATCH = 5_000;

/** Whether some ticket has no copies of its show's times, so lists by show time would miss it. */
export async function lacksListCopies(client: Queryable): Promise<boolean> {
  return (await client.unsafe('select from tickets where listed_start is null limit 1')).length > 0;
}

/**
 * Fills the copies of the shows' times in tickets that have none: those from before the migration, and on Citus those
 * of a writer that left them out. Each batch commits, so an interrupted run continues where it was.
 *
 * @param onProgress receives the number of tickets filled so far, after each batch
 */
export async function fillListCopies(
  client: Queryable,
  onProgress: (filled: number) => void = () => {},
): Promise<void> {
  for (let filled = 0; ; onProgress(filled)) {
    // Citus refuses an UPDATE with a limited subquery, so the batch ends at a user.
    const [last] = await client.unsafe<{ user_id: string | null }[]>(`
      select max(user_id) as user_id
      from (select user_id from tickets where listed_start is null order by user_id limit ${BATCH}) as batch`);
    if (!last || last.user_id === null) return;
    const { count } = await client.unsafe(
      `update tickets set listed_start = shows.start_time, listed_end = shows.end_time from shows
       where shows.id = tickets.show_id and tickets.listed_start is null and tickets.user_id <= $1`,
      [last.user_id],
    );
    filled += count;
  }
}
