import { sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';

const PATIENCE_MS = 2_000;

/** Whether the database answers in time. */
export async function isReady(db: Database): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false);
  });
  const answered = db.execute(sql`select 1`).then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
