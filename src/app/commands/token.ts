import { signToken } from '../../api/auth/sign-token.ts';
import { tokenRules } from '../config/token-rules.ts';
import { CommandError, runCommand } from './run-command.ts';

/** npm run -s token -- USER_ID: prints a token of that user, outside production. */
await runCommand(async ([userId], config) => {
  if (config.production) throw new CommandError('Tokens are not made in production: ask your token issuer.');
  if (!userId) throw new CommandError('Usage: npm run -s token -- USER_ID (for instance user-asha)');
  const rules = await tokenRules(config);
  if ('jwksUrl' in rules.key)
    throw new CommandError('Tokens are checked by JWKS_URL: ask its issuer for one.');
  return signToken(userId, rules.key.secret, rules);
});
