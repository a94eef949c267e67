import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { drizzle } from 'drizzle-orm/postgres-js';
import { applyMiddleware } from 'graphql-middleware';
import { rule, shield } from 'graphql-shield';
import jwt from 'jsonwebtoken';
import postgres from 'postgres';
import { buildSchema } from 'type-graphql';
import * as tables from '../../../../src/platform/db/tables/index.ts';
import { environment } from '../environment.ts';
import { type Context, createContext } from './context.ts';
import { TicketResolver } from './ticket.resolver.ts';

/** Usher's libraries used as in their guides: queries built for every call, default settings. */
const db = drizzle(postgres(environment.databaseUrl, { max: environment.poolSize, onnotice: () => {} }), {
  schema: tables,
});
const isSignedIn = rule({ cache: 'contextual' })((_parent, _args, { userId }: Context) => userId !== '');
const schema = applyMiddleware(
  await buildSchema({ resolvers: [TicketResolver], validate: false }),
  shield({ Query: { '*': isSignedIn }, Mutation: { '*': isSignedIn } }, { allowExternalErrors: true }),
);

await startStandaloneServer(new ApolloServer<Context>({ schema }), {
  listen: { port: environment.port, host: '127.0.0.1' },
  context: async ({ req }) => {
    const token = req.headers.authorization?.replace('Bearer ', '') ?? '';
    const { issuer, audience } = environment;
    const { sub } = jwt.verify(token, environment.secret, { issuer, audience });
    return createContext(db, String(sub));
  },
});
