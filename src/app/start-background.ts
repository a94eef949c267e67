import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { type ExampleTicket, findExampleTicket } from '../api/graphiql/find-example-ticket.ts';
import { buildWebClient, findWebClient } from '../dev/build-web-client.ts';
import { loadDemoData } from '../dev/demo/load-demo-data.ts';
import { DEMO_USER } from '../dev/demo/users.ts';
import { startEmbeddedPostgres } from '../dev/embedded-postgres/start-embedded-postgres.ts';
import { systemClock } from '../platform/db/clock.ts';
import { type DatabaseConnection, openDatabase } from '../platform/db/database.ts';
import { prepareDatabase } from '../platform/db/prepare-database.ts';
import type { RightsOf } from '../platform/db/rights.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import { countCalls } from '../refunds/gateway/count-calls.ts';
import { startWorker } from '../worker/start-worker.ts';
import { addWorkGauges } from '../worker/work-gauges.ts';
import { type Config, ConfigError } from './config/config.ts';
import { openProviders } from './open-providers.ts';
import type { ShutdownStack } from './shutdown-stack.ts';

/** What API processes are told when all is ready for them. */
export interface Background {
  databaseUrl: string;
  /** The pool of the worker. */
  database: DatabaseConnection;
  /** Signs what the gateway tells by itself; null where nothing can come. */
  webhookSecret: string | null;
  /** A demo ticket that can be cancelled now; null in production. */
  example: ExampleTicket | null;
}

interface Surroundings {
  /** Where requests will be answered; null: nowhere. */
  origin: string | null;
  log: Logger;
  metrics: Metrics;
  /** Is told of each longer step, in words for the terminal. */
  tell(line: string): void;
  shutdown: ShutdownStack;
}

/** Starts all that is there once, however many processes answer requests: the database, its tables, the worker. */
export async function startBackground(
  config: Config,
  { origin, log, metrics, tell, shutdown }: Surroundings,
): Promise<Background> {
  if (config.production && config.webClient && origin !== null && findWebClient() === null)
    throw new ConfigError('WEB_CLIENT: the web client is not built. Run `npm run build`.');
  let { databaseUrl } = config;
  if (databaseUrl === null) {
    const dataFolder = join(config.dataFolder, 'postgres');
    tell(`Starting the embedded PostgreSQL in ${dataFolder} ...`);
    const embedded = await startEmbeddedPostgres({ dataFolder });
    shutdown.defer(embedded.stop);
    databaseUrl = embedded.url;
    if (embedded.notice) tell(embedded.notice);
  }
  // In production nobody reads a terminal, but this wait shows why a roll-out stands still.
  const tellWaiting = config.production ? (line: string) => log.warn(line) : tell;
  await prepareDatabase(databaseUrl, config.environment, rightsOf(config), tellWaiting).catch(
    (error: unknown) => {
      throw config.pooler ? Object.assign(error as Error, { variable: 'DATABASE_DIRECT_URL' }) : error;
    },
  );
  const database = openDatabase({ url: databaseUrl, poolSize: config.databasePoolSize });
  shutdown.defer(database.close);
  const { db } = database;
  // What these sessions set may be refused, by a pooler for one: at the start, not at every request.
  await db.execute(sql`select`);
  if (!config.production) {
    await loadDemoData(db, systemClock.now(), tell);
  }

  let { webhookSecret } = config;
  if (config.role !== 'api') {
    const providers = await openProviders(config, origin);
    shutdown.defer(providers.close);
    ({ webhookSecret } = providers);
    const gateway = countCalls(providers.gateway, metrics);
    const services = { db, clock: systemClock, log, metrics, ...providers, gateway };
    addWorkGauges(metrics.registry, db);
    if (providers.sms === null) log.info('No SMS are sent: TWILIO_ACCOUNT_SID is not set');
    shutdown.defer(startWorker(services, databaseUrl).stop);
  }
  if (origin !== null && !config.production && config.webClient) await buildWebClient(tell);
  const example = config.production ? null : await findExampleTicket(db, DEMO_USER.id, systemClock.now());
  return { databaseUrl, database, webhookSecret, example };
}

/** What the role of the direct URL does: where there is a pooler, the API's role is that of the pooler's URL. */
function rightsOf({ role, pooler }: Config): RightsOf[] {
  const roles: RightsOf[] = role === 'all' ? ['api', 'worker'] : [role];
  return roles.filter((one) => one === 'worker' || pooler === null);
}
