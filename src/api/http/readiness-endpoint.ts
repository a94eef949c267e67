import type { ServerResponse } from 'node:http';
import { sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { describeWrong, findWrongSettings, READ_SETTINGS } from '../../platform/db/pinned-settings.ts';
import { TIME_ZONE_DATA_VERSION } from '../../platform/time/time-zone-data.ts';
import { respond } from './respond.ts';

const DATABASE_TIMEOUT_MS = 2_000;
const READY = `ready, with time zone data ${TIME_ZONE_DATA_VERSION}`;

/**
 * GET /readyz: whether a load balancer should send requests to this process. A database whose sessions would misread
 * values is not ready: behind a pooler, the role brings their settings, and may lose them while this process runs.
 */
export async function respondReadiness(
  response: ServerResponse,
  db: Database,
  isClosing: () => boolean,
): Promise<void> {
  const reason = isClosing() ? 'this process is stopping' : await whyNotReady(db);
  if (!isClosing() && reason === null) respond(response, 200, 'text/plain', READY);
  else respond(response, 503, 'text/plain', reason ?? 'this process is stopping', { 'retry-after': '2' });
}

const SETTINGS = sql.raw(READ_SETTINGS);

async function whyNotReady(db: Database): Promise<string | null> {
  const away = 'the database does not answer';
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, DATABASE_TIMEOUT_MS, away);
  });
  const answered = db.execute<Record<string, string | null>>(SETTINGS).then(
    ([row = {}]) => {
      const wrong = findWrongSettings(row);
      return wrong.length === 0 ? null : `the database would be misread: ${describeWrong(wrong)}`;
    },
    () => away,
  );
  return Promise.race([answered, timeout]).finally(() => clearTimeout(timer));
}
