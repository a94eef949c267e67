import { signToken } from '../auth/sign-token.ts';
import { readConfig } from '../config/config.ts';
import { explainFailure } from '../config/explain-failure.ts';
import { tokenRules } from '../config/token-rules.ts';

/** npm run -s token -- USER_ID: prints a token of that user, outside production. */
async function main(userId: string | undefined): Promise<string> {
  const config = readConfig(process.env);
  if (config.production) throw new UsageError('Tokens are not made in production: ask your token issuer.');
  if (!userId) throw new UsageError('Usage: npm run -s token -- USER_ID (for instance user-asha)');
  const rules = await tokenRules(config);
  if ('jwksUrl' in rules.key) throw new UsageError('Tokens are checked by JWKS_URL: ask its issuer for one.');
  return signToken(userId, rules.key.secret, rules);
}

class UsageError extends Error {}

await main(process.argv[2]).then(
  (token) => process.stdout.write(`${token}\n`),
  (error: unknown) => {
    const line = error instanceof UsageError ? error.message : (explainFailure(error) ?? String(error));
    process.stderr.write(`${line}\n`);
    process.exitCode = 1;
  },
);
