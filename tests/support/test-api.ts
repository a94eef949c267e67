import { pino } from 'pino';
import { signToken } from '../../src/auth/sign-token.ts';
import { createTokenVerifier } from '../../src/auth/verify-token.ts';
import { type Clock, systemClock } from '../../src/db/clock.ts';
import { openDatabase } from '../../src/db/database.ts';
import { startApolloServer } from '../../src/server/apollo-server.ts';
import { graphiqlPage } from '../../src/server/graphiql-page.ts';
import { listen } from '../../src/server/listening-server.ts';
import { createRequestHandler } from '../../src/server/request-handler.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export const SECRET = 'a secret of the tests that is long enough';
export const WEBHOOK_SECRET = 'the secret of the webhooks of the tests';
export const TOKEN_RULES = { key: { secret: SECRET }, issuer: 'usher-tests', audience: 'usher' };

export interface TestApi {
  database: TestDatabase;
  origin: string;
  /** Sends an operation as a user, or as nobody when `as` is null; the whole JSON answer comes back. */
  send<Data = Answer>(query: string, options?: SendOptions): Promise<GraphQLAnswer<Data>>;
  /** What was logged, a line an entry. */
  logs: string[];
  close(): Promise<void>;
}

export interface SendOptions {
  as?: string | null;
  variables?: Record<string, unknown>;
  signal?: AbortSignal;
}

// biome-ignore lint/suspicious/noExplicitAny: the tests' queries are text, so their answers have no type.
type Answer = any;

export interface GraphQLAnswer<Data = Answer> {
  data?: Data;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string } & Record<string, unknown>;
  }[];
}

/** Another instance over the same database, with a pool of its own as each has. */
export async function startTestInstance(
  { database }: TestApi,
  { poolSize = 10, ...options }: Omit<TestApiOptions, 'database'> = {},
): Promise<TestApi> {
  const { db, close } = openDatabase({ url: database.url, poolSize });
  const api = await startTestApi({ ...options, database: { ...database, db } });
  return { ...api, close: () => api.close().then(close) };
}

interface TestApiOptions {
  clock?: Clock;
  cancelAttemptsPerHour?: number;
  /** Where its rows are; it closes only its own. */
  database?: TestDatabase;
  poolSize?: number;
}

/** The API as it runs, over HTTP on a free port and a database of its own. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { clock = systemClock, cancelAttemptsPerHour = 1_000, poolSize = 10 } = options;
  const database = options.database ?? (await createTestDatabase({ poolSize }));
  const logs: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => logs.push(line) });
  const apollo = await startApolloServer(log, true);
  const server = await listen(0, '127.0.0.1');
  const services = { db: database.db, clock, log, cancelAttemptsPerHour, publicUrl: server.origin };
  server.serve(
    createRequestHandler({
      apollo,
      services,
      verifyToken: createTokenVerifier(TOKEN_RULES),
      webhookSecret: WEBHOOK_SECRET,
      graphiql: graphiqlPage(null),
      posterSvg: null,
    }),
  );
  return {
    database,
    origin: server.origin,
    logs,
    send: (query, options = {}) => post(server.origin, query, options),
    close: async () => {
      await server.close();
      await apollo.stop();
      if (!options.database) await database.close();
    },
  };
}

async function post(origin: string, query: string, { as = 'user-asha', variables, signal }: SendOptions) {
  const token = as === null ? null : await signToken(as, SECRET, TOKEN_RULES);
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
    signal: signal ?? null,
  });
  return response.json();
}
