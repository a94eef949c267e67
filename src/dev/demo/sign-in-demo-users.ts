import { signToken } from '../../api/auth/sign-token.ts';
import { DEMO_USER, OTHER_USERS } from './users.ts';

export interface SignedInUser {
  name: string;
  email: string;
  /** Valid for a week. */
  token: string;
}

/** Tokens of all people of the demo, for a client that lets one pick who to be. */
export function signInDemoUsers(
  secret: string,
  rules: { issuer: string; audience: string },
): Promise<SignedInUser[]> {
  return Promise.all(
    [DEMO_USER, ...OTHER_USERS].map(async ({ id, name, email }) => ({
      name,
      email,
      token: await signToken(id, secret, rules),
    })),
  );
}
