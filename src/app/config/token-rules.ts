import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenRules } from '../../api/auth/verify-token.ts';
import type { Config } from './config.ts';

/** How tokens are verified with these settings. Outside production, a secret is made if none is set. */
export async function tokenRules(config: Config): Promise<TokenRules> {
  const key = config.tokenKey ?? { secret: await developmentSecret(config.dataFolder) };
  const { tokenIssuer: issuer, tokenAudience: audience, tokenMaxAgeMs: maxAgeMs } = config;
  return { key, issuer, audience, maxAgeMs };
}

/**
 * The secret that signs tokens outside production. It is made at the first start and kept in the data folder, so the
 * server and `npm run token` share it, and a token survives a restart.
 */
async function developmentSecret(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'jwt-secret');
  await mkdir(dataFolder, { recursive: true });
  // If several processes start at the same time, the first writes it and the others read it.
  await writeFile(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch((error) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return readFile(file, 'utf8');
}
