import { and, eq } from 'drizzle-orm';
import fc from 'fast-check';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { buildSchema } from '../../../src/api/graphql/build-schema.ts';
import { tickets } from '../../../src/platform/db/tables/index.ts';
import { brokenInvariants } from '../../support/invariants.ts';
import { SECRET, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';
import type { PartReport } from '../part.ts';
import { arbitraryRequest, type FuzzRequest } from './arbitrary-request.ts';
import { givenFuzzWorld, readKnownValues, USERS, userId } from './fuzz-world.ts';
import { judgeAnswer } from './judge-answer.ts';

export interface FuzzOptions {
  operations: number;
  /** The same seed gives the same requests. */
  seed: number;
}

/** So many requests are under way at once. */
const AT_ONCE = 6;
const WARN = 40;

type Sent = FuzzRequest & { user: string | null };

/** Sends random requests, valid and broken, to an API with an empty database, and looks at answers, log and rows. */
export async function runFuzz(
  api: TestApi,
  now: Date,
  { operations, seed }: FuzzOptions,
): Promise<PartReport> {
  const each = Math.min(100, Math.max(12, Math.round(operations / 50)));
  const ids = await givenFuzzWorld(api, now, each);
  const requests = fc.sample(await arbitraryRequests(api, ids), { numRuns: operations, seed });
  const tokens = new Map<string, string>();
  for (const user of USERS) tokens.set(user, await signToken(userId(user), SECRET, TOKEN_RULES));

  const counts = new Map<string, number>();
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
  const broken: string[] = [];
  api.logs.length = 0;

  const sendNext = async (left: IterableIterator<Sent>): Promise<void> => {
    for (const request of left) {
      const { user, meantValid, ...sent } = request;
      const response = await send(api.origin, request, user === null ? null : (tokens.get(user) ?? null));
      const text = `${decodeURIComponent(sent.search.replace(/\+/g, ' '))}${sent.body ?? ''}`;
      const verdict = judgeAnswer(user, text, response.status, response.text);
      for (const sentence of verdict.broken)
        broken.push(`${sentence}: as ${user}, ${JSON.stringify(sent)} -> ${response.text.slice(0, 300)}`);
      for (const code of new Set(verdict.codes)) count(`error ${code}`);
      for (const outcome of verdict.outcomes) count(`outcome ${outcome}`);
      if (verdict.codes.length === 0) count('without an error');
      count(`HTTP ${response.status}`);
      if (meantValid) count('meant valid');
      if (meantValid && !verdict.codes.some((code) => /^GRAPHQL_/.test(code)))
        count('meant valid and executed');
    }
  };
  const left = requests.values();
  await Promise.all(Array.from({ length: AT_ONCE }, () => sendNext(left)));

  const logged = api.logs.filter((line) => JSON.parse(line).level >= WARN);
  broken.push(...logged.map((line) => `logged: ${line}`));
  broken.push(...(await brokenInvariants(api.database.db)));
  broken.push(...(await cancelledUnasked(api, requests)));
  const of = (name: string) => counts.get(name) ?? 0;
  if (of('meant valid and executed') * 2 < of('meant valid'))
    broken.push('fewer than half of the operations meant to be valid were executed: nothing was tested');
  if (of('outcome TicketCancelled') === 0) broken.push('no ticket was cancelled: nothing was tested');
  const figures = [...counts].sort().map(([name, number]) => `${name}: ${number}`);
  const share = Math.round((100 * of('meant valid and executed')) / (of('meant valid') || 1));
  return {
    title: `Fuzzing: ${operations} requests, seed ${seed}`,
    lines: [...figures, `of those meant valid, executed: ${share} %`],
    broken,
  };
}

async function arbitraryRequests(api: TestApi, ids: Map<string, string[]>): Promise<fc.Arbitrary<Sent>> {
  const schema = await buildSchema();
  const known = await readKnownValues(api, ids);
  const nobody = { weight: 1, arbitrary: fc.constant(null) };
  return fc.oneof(
    ...[...known].map(([user, values]) =>
      fc
        .tuple(
          arbitraryRequest(schema, values),
          fc.oneof({ weight: 30, arbitrary: fc.constant(user) }, nobody),
        )
        .map(([request, as]) => ({ ...request, user: as })),
    ),
  );
}

async function send(
  origin: string,
  { method, search, contentType, body }: FuzzRequest,
  token: string | null,
) {
  const response = await fetch(`${origin}/graphql${search}`, {
    method,
    headers: {
      'content-type': contentType,
      // Without it, Apollo takes a GET for one that another site made a browser send.
      'apollo-require-preflight': 'true',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** Cancelled tickets that their owner never named in a request to cancel. */
async function cancelledUnasked({ database: { db } }: TestApi, requests: Sent[]): Promise<string[]> {
  const asked = new Set(
    requests
      .filter(({ body }) => body?.includes('cancelTicket'))
      .flatMap(({ user, body }) => [...(body ?? '').matchAll(/TKT-[\w-]+/g)].map(([id]) => `${user} ${id}`)),
  );
  const broken: string[] = [];
  for (const user of USERS) {
    const mine = and(eq(tickets.userId, userId(user)), eq(tickets.status, 'CANCELLED'));
    for (const { id } of await db.select({ id: tickets.id }).from(tickets).where(mine))
      if (!asked.has(`${user} ${id}`)) broken.push(`${id} is cancelled, but ${user} never asked for that`);
  }
  return broken;
}
