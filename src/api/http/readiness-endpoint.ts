import type { ServerResponse } from 'node:http';
import { sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { TIME_ZONE_DATA_VERSION } from '../../platform/time/time-zone-data.ts';
import { respond } from './respond.ts';

const DATABASE_TIMEOUT_MS = 2_000;
const READY = `ready, with time zone data ${TIME_ZONE_DATA_VERSION}`;

/** GET /readyz: whether a load balancer should send requests to this process. */
export async function respondReadiness(
  response: ServerResponse,
  db: Database,
  isClosing: () => boolean,
): Promise<void> {
  const reason = isClosing() ? 'this process is stopping' : 'the database does not answer';
  if (!isClosing() && (await isReachable(db))) respond(response, 200, 'text/plain', READY);
  else respond(response, 503, 'text/plain', reason, { 'retry-after': '2' });
}

async function isReachable(db: Database): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, DATABASE_TIMEOUT_MS, false);
  });
  const answered = db.execute(sql`select 1`).then(
    () => true,
    () => false,
  );
  return Promise.race([answered, timeout]).finally(() => clearTimeout(timer));
}
