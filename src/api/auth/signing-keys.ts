import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';

/** The issuer's keys cannot be fetched, so no token can be verified. */
export class KeysUnavailableError extends Error {}

/** All in milliseconds. docs/decisions/016 gives the reasons. */
const FETCH_TIMEOUT = 3_000;
/** Keys are fetched again after this time, so a revoked key is rejected at the latest then. */
const FRESH_FOR = 5 * 60_000;
/** While the issuer cannot be reached, the last keys stay valid for this time. */
const KEPT_WHILE_DOWN = 24 * 3_600_000;
/** The least time between two fetches, however many tokens name an unknown key. */
const COOL_DOWN = 30_000;
const COOL_DOWN_AFTER_FAILURE = 5_000;
/** Bytes. A key takes less than a kilobyte. */
const LARGEST_SET = 2 ** 20;

/** RFC 9864 names EdDSA on Curve25519 anew. A key set may have the one name and a token the other. */
const OTHER_NAMES = new Map([
  ['EdDSA', 'Ed25519'],
  ['Ed25519', 'EdDSA'],
]);

/**
 * The issuer's keys (JWKS), fetched on demand, one fetch at a time. An unknown key causes another fetch, so new keys
 * work without a restart. Known keys stay usable while the issuer is down.
 *
 * @returns a function that throws KeysUnavailableError, or an error of jose if the token names no usable key
 */
export function createSigningKeys(url: string): JWTVerifyGetKey {
  // Refreshing is up to us: jose would drop every key ten minutes after the issuer went down.
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: FETCH_TIMEOUT,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    cooldownDuration: Number.POSITIVE_INFINITY,
    [customFetch]: fetchBounded,
  });
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown = null;
  const since = (time: number) => performance.now() - time;

  async function refresh(): Promise<void> {
    if (!keys.reloading) {
      if (since(triedAt) < (failure === null ? COOL_DOWN : COOL_DOWN_AFTER_FAILURE)) return;
      triedAt = performance.now();
    }
    try {
      await keys.reload();
      fetchedAt = performance.now();
      failure = null;
    } catch (error) {
      failure = error;
    }
  }

  const find: JWTVerifyGetKey = async (header, token) => {
    const alg = OTHER_NAMES.get(header.alg);
    try {
      return await keys(header, token);
    } catch (error) {
      if (alg === undefined || !(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return keys({ ...header, alg }, token);
    }
  };

  return async (header, token) => {
    if (since(fetchedAt) > FRESH_FOR) {
      const knownToBeDown = failure !== null && since(triedAt) < FRESH_FOR;
      const refreshed = refresh();
      // Tokens with known keys do not wait for an issuer that is down.
      if (!knownToBeDown || since(fetchedAt) > KEPT_WHILE_DOWN) await refreshed;
    }
    if (since(fetchedAt) > KEPT_WHILE_DOWN) throw unavailable(failure);
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      if (failure !== null) throw unavailable(failure);
      return find(header, token);
    }
  };
}

async function fetchBounded(url: string, options: RequestInit): Promise<Response> {
  const { status, body } = await fetch(url, options);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > LARGEST_SET) throw new Error(`the key set is larger than ${LARGEST_SET} bytes`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status });
}

function unavailable(cause: unknown): KeysUnavailableError {
  return new KeysUnavailableError('the signing keys cannot be fetched', { cause });
}
