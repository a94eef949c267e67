import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { ExampleTicket } from '../api/graphiql/find-example-ticket.ts';
import { findWebClient } from '../api/http/web-client.ts';
import { warnOfTimeZoneConflicts } from '../platform/db/check-time-zones.ts';
import { systemClock } from '../platform/db/clock.ts';
import { type DatabaseConnection, openDatabase } from '../platform/db/database.ts';
import { prepareDatabase } from '../platform/db/prepare-database.ts';
import type { RightsOf } from '../platform/db/rights.ts';
import { createJobQueue } from '../platform/jobs/job-queue.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import { countCalls } from '../refunds/gateway/count-calls.ts';
import { limitCalls } from '../refunds/gateway/limit-calls.ts';
import { startWorker } from '../worker/start-worker.ts';
import { addWorkGauges } from '../worker/work-gauges.ts';
import { type Config, ConfigError } from './config/config.ts';
import { openProviders } from './open-providers.ts';
import type { ShutdownStack } from './shutdown-stack.ts';

/** What the API needs from the parts that run only once. */
export interface Background {
  databaseUrl: string;
  /** The pool of the worker. */
  database: DatabaseConnection;
  /** Verifies the signatures of the gateway's webhooks. Null: no webhooks are accepted. */
  webhookSecret: string | null;
  /** A demo ticket that can be cancelled now. Null in production. */
  example: ExampleTicket | null;
}

interface BackgroundOptions {
  /** Where the API listens. Null for a worker. */
  origin: string | null;
  log: Logger;
  metrics: Metrics;
  /** Receives a line for the terminal before each long step. */
  tell(line: string): void;
  shutdown: ShutdownStack;
}

/** Starts the parts that run only once, however many API processes there are: the database and the worker. */
export async function startBackground(
  config: Config,
  { origin, log, metrics, tell, shutdown }: BackgroundOptions,
): Promise<Background> {
  if (config.production && config.webClient && origin !== null && findWebClient() === null)
    throw new ConfigError('WEB_CLIENT: the web client is not built. Run `npm run build`.');
  let { databaseUrl } = config;
  if (databaseUrl === null) {
    const dataFolder = join(config.dataFolder, 'postgres');
    tell(`Starting the embedded PostgreSQL in ${dataFolder} ...`);
    const { startEmbeddedPostgres } = await import('../dev/embedded-postgres/start-embedded-postgres.ts');
    const embedded = await startEmbeddedPostgres({ dataFolder });
    shutdown.defer(embedded.stop);
    databaseUrl = embedded.url;
    if (embedded.notice) tell(embedded.notice);
  }
  // This wait is logged in production, since it explains why a roll-out stalls.
  const tellWaiting = config.production ? (line: string) => log.warn(line) : tell;
  await prepareDatabase(databaseUrl, config.environment, rightsOf(config), tellWaiting).catch(
    (error: unknown) => {
      throw config.pooler ? Object.assign(error as Error, { variable: 'DATABASE_DIRECT_URL' }) : error;
    },
  );
  const database = openDatabase({ url: databaseUrl, poolSize: config.databasePoolSize });
  shutdown.defer(database.close);
  const { db } = database;
  // Connects now: if a server or pooler rejects the settings of a session, the start should fail, not every request.
  await db.execute(sql`select`);
  if (!config.production) {
    const { loadDemoData } = await import('../dev/demo/load-demo-data.ts');
    await loadDemoData(db, systemClock.now(), tell);
  }
  await warnOfTimeZoneConflicts(db, systemClock.now(), log);

  let { webhookSecret } = config;
  if (config.role !== 'api') {
    const providers = await openProviders(config, origin);
    shutdown.defer(providers.close);
    ({ webhookSecret } = providers);
    const { gatewayCallsAtOnce } = config;
    const gateway = limitCalls(countCalls(providers.gateway, metrics), gatewayCallsAtOnce);
    const jobs = createJobQueue(db, log);
    shutdown.defer(jobs.flush);
    const services = {
      db,
      jobs,
      clock: systemClock,
      log,
      metrics,
      ...providers,
      gateway,
      gatewayCallsAtOnce,
    };
    addWorkGauges(metrics.registry, db);
    if (providers.sms === null) log.info('No SMS are sent: TWILIO_ACCOUNT_SID is not set');
    shutdown.defer(startWorker(services, databaseUrl).stop);
  }
  let example: ExampleTicket | null = null;
  if (!config.production) {
    if (origin !== null && config.webClient) {
      const { buildWebClient } = await import('../dev/build-web-client.ts');
      await buildWebClient(tell);
    }
    const { findDemoTicket } = await import('../dev/demo/demo-api.ts');
    example = await findDemoTicket(db, systemClock.now());
  }
  return { databaseUrl, database, webhookSecret, example };
}

/** The rights that the role of the direct URL needs. With a pooler, the API uses the role of the pooler's URL. */
function rightsOf({ role, pooler }: Config): RightsOf[] {
  const roles: RightsOf[] = role === 'all' ? ['api', 'worker'] : [role];
  return roles.filter((one) => one === 'worker' || pooler === null);
}
