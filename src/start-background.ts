import { join } from 'node:path';
import type { Logger } from 'pino';
import { buildWebClient } from './build-web-client.ts';
import type { Config } from './config/config.ts';
import { systemClock } from './db/clock.ts';
import { type DatabaseConnection, openDatabase } from './db/database.ts';
import { migrateDatabase } from './db/migrate.ts';
import { loadDemoData } from './demo/load-demo-data.ts';
import { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
import { countCalls } from './gateway/count-calls.ts';
import { openProviders } from './open-providers.ts';
import type { ProcessParts } from './process-parts.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { startWorker } from './worker/start-worker.ts';
import { addWorkGauges } from './worker/work-gauges.ts';

/** What API processes are told when all is ready for them. */
export interface Background {
  databaseUrl: string;
  /** The pool of the worker. */
  database: DatabaseConnection;
  /** Signs what the gateway tells by itself; null where nothing can come. */
  webhookSecret: string | null;
}

interface Surroundings {
  /** Where requests will be answered; null: nowhere. */
  origin: string | null;
  log: Logger;
  metrics: Metrics;
  /** Is told of each longer step, in words for the terminal. */
  tell(line: string): void;
  parts: ProcessParts;
}

/** Starts all that is there once, however many processes answer requests: the database, its tables, the worker. */
export async function startBackground(
  config: Config,
  { origin, log, metrics, tell, parts }: Surroundings,
): Promise<Background> {
  let { databaseUrl } = config;
  if (databaseUrl === null) {
    const dataFolder = join(config.dataFolder, 'postgres');
    tell(`Starting the embedded PostgreSQL in ${dataFolder} ...`);
    const embedded = await startEmbeddedPostgres({ dataFolder });
    parts.add(embedded.stop);
    databaseUrl = embedded.url;
    if (embedded.notice) tell(embedded.notice);
  }
  // In production nobody reads a terminal, but this wait shows why a roll-out stands still.
  const tellWaiting = config.production ? (line: string) => log.warn(line) : tell;
  await migrateDatabase(databaseUrl, tellWaiting).catch((error: unknown) => {
    throw config.pooler ? Object.assign(error as Error, { variable: 'DATABASE_DIRECT_URL' }) : error;
  });
  const database = openDatabase({ url: databaseUrl, poolSize: config.databasePoolSize });
  parts.add(database.close);
  const { db } = database;
  if (!config.production) {
    tell('Topping up the demo data ...');
    await loadDemoData(db, systemClock.now());
  }

  let { webhookSecret } = config;
  if (config.role !== 'api') {
    const providers = await openProviders(config, origin);
    parts.add(providers.close);
    ({ webhookSecret } = providers);
    const gateway = countCalls(providers.gateway, metrics);
    const services = { db, clock: systemClock, log, metrics, ...providers, gateway };
    addWorkGauges(metrics.registry, db);
    parts.add(startWorker(services, databaseUrl).stop);
  }
  if (origin !== null && !config.production) await buildWebClient(tell);
  return { databaseUrl, database, webhookSecret };
}
