import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';

/** The keys that would prove a token cannot be fetched now. */
export class KeysUnavailableError extends Error {}

/** All in milliseconds; docs/decisions/016 says why. */
const FETCH_TIMEOUT = 3_000;
/** A key that the issuer removed is refused this much later, or sooner. */
const FRESH_FOR = 5 * 60_000;
/** While the issuer cannot be reached, the last known keys are good this long. */
const KEPT_WHILE_DOWN = 24 * 3_600_000;
/** From one fetch to the next, however many tokens name keys that nobody knows. */
const COOL_DOWN = 30_000;
const COOL_DOWN_AFTER_FAILURE = 5_000;
/** A key is less than a kilobyte; what is larger than this is no key set. Bytes. */
const LARGEST_SET = 2 ** 20;

/**
 * The issuer's keys, fetched when they are asked for: one fetch at a time, and again for a key that is not among them,
 * so that new keys are known without a restart. What is known stays usable while the issuer is down.
 *
 * @returns a function that throws KeysUnavailableError, and jose's errors for a token that names no usable key
 */
export function createSigningKeys(url: string): JWTVerifyGetKey {
  // jose only fetches and looks up. Left to itself it would forget every key ten minutes after the issuer went down.
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

  return async (header, token) => {
    if (since(fetchedAt) > FRESH_FOR) {
      const knownToBeDown = failure !== null && since(triedAt) < FRESH_FOR;
      const refreshed = refresh();
      // Known keys do not wait for an issuer that is down.
      if (!knownToBeDown || since(fetchedAt) > KEPT_WHILE_DOWN) await refreshed;
    }
    if (since(fetchedAt) > KEPT_WHILE_DOWN) throw unavailable(failure);
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      if (failure !== null) throw unavailable(failure);
      return keys(header, token);
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
