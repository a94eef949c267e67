import type { ServerResponse } from 'node:http';
import type { Database } from '../../platform/db/database.ts';
import { isReady } from './is-ready.ts';
import { respond } from './respond.ts';

/** GET /readyz: whether requests should be sent here. */
export async function respondReadiness(
  response: ServerResponse,
  db: Database,
  isClosing: () => boolean,
): Promise<void> {
  const reason = isClosing() ? 'this process is stopping' : 'the database does not answer';
  if (!isClosing() && (await isReady(db))) respond(response, 200, 'text/plain', 'ready');
  else respond(response, 503, 'text/plain', reason, { 'retry-after': '2' });
}
