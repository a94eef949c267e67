import { join } from 'node:path';
import pino from 'pino';
import { signToken } from './auth/sign-token.ts';
import { createTokenVerifier } from './auth/verify-token.ts';
import type { Config } from './config/config.ts';
import { tokenRules } from './config/token-rules.ts';
import { systemClock } from './db/clock.ts';
import { openDatabase } from './db/database.ts';
import { migrateDatabase } from './db/migrate.ts';
import { DEMO_USER, loadDemoData } from './demo/load-demo-data.ts';
import { posterSvg } from './demo/poster.ts';
import { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
import { startApolloServer } from './server/apollo-server.ts';
import { graphiqlPage } from './server/graphiql-page.ts';
import { listen } from './server/listening-server.ts';
import { createRequestHandler } from './server/request-handler.ts';

export interface Usher {
  /** http://host:port */
  origin: string;
  /** A token of the demo user; null in production. */
  demoToken: string | null;
  /** Lets requests under way finish, then stops everything that was started, the embedded database last. */
  stop(): Promise<void>;
}

/**
 * Starts every part of Usher in order. What runs already is stopped again when a later part fails.
 *
 * @param tell is told of each longer step, in words for the terminal
 */
export async function startUsher(config: Config, tell: (line: string) => void): Promise<Usher> {
  const log = pino({ level: config.logLevel, base: null });
  const server = await listen(config.port, config.host);
  const parts: (() => Promise<void>)[] = [];
  const stop = async () => {
    await server.close();
    for (const stopPart of parts.splice(0).reverse()) await stopPart();
  };

  try {
    let { databaseUrl } = config;
    if (databaseUrl === null) {
      const dataFolder = join(config.dataFolder, 'postgres');
      tell(`Starting the embedded PostgreSQL in ${dataFolder} ...`);
      const embedded = await startEmbeddedPostgres({ dataFolder });
      parts.push(embedded.stop);
      databaseUrl = embedded.url;
      if (embedded.notice) tell(embedded.notice);
    }
    await migrateDatabase(databaseUrl);
    const database = openDatabase({ url: databaseUrl, poolSize: config.databasePoolSize });
    parts.push(database.close);

    const rules = await tokenRules(config);
    let demoToken: string | null = null;
    if (!config.production) {
      tell('Topping up the demo data ...');
      await loadDemoData(database.db, systemClock.now());
      if ('secret' in rules.key) demoToken = await signToken(DEMO_USER.id, rules.key.secret, rules);
    }

    const apollo = await startApolloServer(log, config.introspection);
    parts.push(() => apollo.stop());
    const services = {
      db: database.db,
      clock: systemClock,
      log,
      cancelAttemptsPerHour: config.cancelAttemptsPerHour,
      publicUrl: config.publicUrl ?? server.origin,
    };
    server.serve(
      createRequestHandler({
        apollo,
        services,
        verifyToken: createTokenVerifier(rules),
        graphiql: config.graphiql ? graphiqlPage(demoToken) : null,
        posterSvg: config.production ? null : posterSvg,
      }),
    );
    return { origin: server.origin, demoToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
