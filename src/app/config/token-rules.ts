import type { TokenRules } from '../../api/auth/verify-token.ts';
import type { Config } from './config.ts';
import { developmentSecret } from './development-secret.ts';

/** How tokens are checked by these settings; outside production a secret is made when none is set. */
export async function tokenRules(config: Config): Promise<TokenRules> {
  const key = config.tokenKey ?? { secret: await developmentSecret(config.dataFolder) };
  return { key, issuer: config.tokenIssuer, audience: config.tokenAudience };
}
