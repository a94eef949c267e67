import type { Logger } from 'pino';
import { signToken } from './auth/sign-token.ts';
import { createTokenVerifier } from './auth/verify-token.ts';
import type { Config } from './config/config.ts';
import { tokenRules } from './config/token-rules.ts';
import { systemClock } from './db/clock.ts';
import type { Database } from './db/database.ts';
import { posterSvg } from './demo/poster.ts';
import { DEMO_USER } from './demo/users.ts';
import { startApolloServer } from './server/apollo-server.ts';
import { graphiqlPage } from './server/graphiql-page.ts';
import type { ListeningServer } from './server/listening-server.ts';
import { createRequestHandler } from './server/request-handler.ts';

export interface Api {
  /** A token of the demo user; null in production and where another issuer signs. */
  demoToken: string | null;
  stop(): Promise<void>;
}

/** From here on a listening server answers requests. */
export async function startApi(
  server: ListeningServer,
  config: Config,
  { db, log, webhookSecret }: { db: Database; log: Logger; webhookSecret: string | null },
): Promise<Api> {
  const { production, cancelAttemptsPerHour } = config;
  const rules = await tokenRules(config);
  const demoToken =
    production || 'jwksUrl' in rules.key ? null : await signToken(DEMO_USER.id, rules.key.secret, rules);
  const apollo = await startApolloServer(log, config.introspection);
  const publicUrl = config.publicUrl ?? server.origin;
  server.serve(
    createRequestHandler({
      apollo,
      services: { db, clock: systemClock, log, cancelAttemptsPerHour, publicUrl },
      verifyToken: createTokenVerifier(rules),
      webhookSecret,
      graphiql: config.graphiql ? graphiqlPage(demoToken) : null,
      posterSvg: production ? null : posterSvg,
    }),
  );
  return { demoToken, stop: () => apollo.stop() };
}
