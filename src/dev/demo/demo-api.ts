import { signToken } from '../../api/auth/sign-token.ts';
import type { TokenRules } from '../../api/auth/verify-token.ts';
import { type ExampleTicket, findExampleTicket } from '../../api/graphiql/find-example-ticket.ts';
import type { Database } from '../../platform/db/database.ts';
import { posterSvg } from './poster.ts';
import { DEMO_USER, OTHER_USERS } from './users.ts';

/** What the API adds outside production: posters, and tokens to sign in as a demo user. */
export interface DemoApi {
  posterSvg(movieId: string): string | null;
  /** A token of the demo user. Null if another issuer signs the tokens. */
  token: string | null;
  /** All demo users with their tokens. Null if another issuer signs the tokens. */
  users: (() => Promise<SignedInUser[]>) | null;
}

export interface SignedInUser {
  name: string;
  email: string;
  /** Valid for a week. */
  token: string;
}

export async function createDemoApi({ key, ...claims }: TokenRules): Promise<DemoApi> {
  if ('jwksUrl' in key) return { posterSvg, token: null, users: null };
  const { secret } = key;
  const token = await signToken(DEMO_USER.id, secret, claims);
  return { posterSvg, token, users: () => signInDemoUsers(secret, claims) };
}

/** The tokens of all demo users, for a client that lets a person choose one. */
export function signInDemoUsers(
  secret: string,
  claims: { issuer: string; audience: string },
): Promise<SignedInUser[]> {
  return Promise.all(
    [DEMO_USER, ...OTHER_USERS].map(async ({ id, name, email }) => ({
      name,
      email,
      token: await signToken(id, secret, claims),
    })),
  );
}

/** A ticket of the demo user that can be cancelled now. Null if there is none. */
export function findDemoTicket(db: Database, now: Date): Promise<ExampleTicket | null> {
  return findExampleTicket(db, DEMO_USER.id, now);
}
