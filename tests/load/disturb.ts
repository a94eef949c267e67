import { createHash } from 'node:crypto';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { TOKENS } from '../faults/environments.ts';
import type { Findings } from '../faults/findings.ts';
import { sleep } from '../faults/until.ts';

const PAUSE_MS = 50;

/** What fills caches and leaves things behind: ever new documents, registrations, mistakes, clients that leave. */
const DISTURBANCES: ((n: number) => { body: object; leaves?: boolean })[] = [
  (n) => ({ body: { query: `query Q${n} { myTickets(first: ${(n % 100) + 1}) { nodes { id } } }` } }),
  (n) => {
    const query = `query R${n} { __typename }`;
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    return { body: { query, extensions: { persistedQuery: { version: 1, sha256Hash } } } };
  },
  (n) => ({ body: { query: `{ ticket(id: "TKT-NONE-${n}") { id } }` } }),
  (n) => ({ body: { query: `{ nothing${n} }` } }),
  (n) => ({ body: { query: `{ myTickets(first: 1000000${n}) { totalCount } }` } }),
  () => ({
    body: { query: '{ myTickets { nodes { id qrCode calendarEvent timeline { type } } } }' },
    leaves: true,
  }),
];

/** Sends them one after the other until it is told to stop. */
export function startDisturbing(origin: string, userId: string, findings: Findings) {
  let isOver = false;
  const running = (async () => {
    const authorization = `Bearer ${await signToken(userId, TOKENS.secret, TOKENS)}`;
    for (let n = 0; !isOver; n += 1) {
      const { body, leaves } = DISTURBANCES[n % DISTURBANCES.length]?.(n) ?? { body: {} };
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(leaves ? 2 : 20_000),
      }).catch(() => null);
      const status = response?.status ?? 'left';
      findings.count(`disturbances: ${status}`);
      if (status !== 'left' && status !== 200 && status !== 503)
        findings.broken(`${JSON.stringify(body)} answered ${status}`);
      await response?.text().catch(() => '');
      await sleep(PAUSE_MS);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await running;
    },
  };
}
