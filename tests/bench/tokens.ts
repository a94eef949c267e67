import { signToken } from '../../src/api/auth/sign-token.ts';

export const TOKEN_RULES = {
  secret: 'the secret of the benchmark, which is long enough',
  issuer: 'bench',
  audience: 'usher',
};

const tokens = new Map<string, Promise<string>>();

/** Returns a token of a user. Each is signed once. */
export function tokenOf(userId: string): Promise<string> {
  const known = tokens.get(userId);
  if (known) return known;
  const token = signToken(userId, TOKEN_RULES.secret, TOKEN_RULES);
  tokens.set(userId, token);
  return token;
}
