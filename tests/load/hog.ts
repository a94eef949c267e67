import { signToken } from '../../src/api/auth/sign-token.ts';
import { TOKENS } from '../faults/environments.ts';
import type { TicketToCancel } from '../faults/given-tickets.ts';
import type { Stage } from '../faults/stage.ts';
import { sleep } from '../faults/until.ts';
import { toTable } from '../security/part.ts';
import { givenTicket, HOUR } from '../support/world.ts';

/** The user with so many tickets that some lists of theirs cost the database a hundred times as much as usual. */
const HOG = 'user-hog';
const TICKETS_OF_HOG = 100_000;
const LOOPS = 5;
/** A client that leaves: the server must not go on for nobody. */
const PATIENCE_MS = 300;

const aliased = (list: string) =>
  `{ ${Array.from({ length: 24 }, (_, n) => `a${n}: myTickets(${list}) { totalCount nodes { id } }`).join(' ')} }`;

/** What the loops of the hog ask for. */
const HOGS: Record<string, string> = {
  'a count': '{ myTickets(first: 1) { totalCount } }',
  '24 counts of past tickets': aliased('first: 1, filter: { timing: PAST }'),
  // No index has these: the database looks at every ticket of the user.
  '24 searches for what is not there': aliased(
    'first: 1, filter: { timing: UPCOMING, status: [CONFIRMED, PENDING_PAYMENT] }',
  ),
};

/** Milliseconds of each request of the other viewer. */
interface Times {
  details: number[];
  lists: number[];
}

/**
 * Lets one user with 100,000 tickets send expensive operations, of which it waits for none, and prints how much longer
 * another viewer waits than without. Nobody else's request may be refused.
 */
export async function hogTheDatabase(
  stage: Stage,
  { id, userId }: TicketToCancel,
  seconds: number,
): Promise<string> {
  await givenHog(stage);
  const [hog, viewer] = await Promise.all(
    [HOG, userId].map((user) => signToken(user, TOKENS.secret, TOKENS)),
  );
  const measure = () => askAsViewer(stage, viewer ?? '', id, seconds);
  await measure();
  const alone = await measure();
  const rows = [rowOf('nobody', alone, alone)];
  for (const [words, query] of Object.entries(HOGS)) {
    let isOver = false;
    const loops = Array.from({ length: LOOPS }, async () => {
      while (!isOver) await ask(stage.origin, hog ?? '', query, PATIENCE_MS).catch(() => null);
    });
    rows.push(rowOf(words, await measure(), alone));
    isOver = true;
    await Promise.all(loops);
  }
  return toTable(
    [`${LOOPS} loops of one user`, 'details p50', 'p99 ms', 'ratio', 'list p50', 'p99 ms', 'ratio'],
    rows,
  );
}

function rowOf(words: string, times: Times, alone: Times): (string | number)[] {
  const cells = (['details', 'lists'] as const).flatMap((kind) => {
    const p99 = at(times[kind], 0.99);
    return [at(times[kind], 0.5).toFixed(1), p99.toFixed(1), (p99 / at(alone[kind], 0.99)).toFixed(2)];
  });
  return [words, ...cells];
}

async function askAsViewer(stage: Stage, token: string, id: string, seconds: number): Promise<Times> {
  const times: Times = { details: [], lists: [] };
  const queries = {
    details: `{ ticket(id: "${id}") { id status seats { row number } payment { status } canCancel } }`,
    lists: '{ myTickets { nodes { id status seatNumbers show { movie { name } } } } }',
  };
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; ) {
    for (const kind of ['details', 'lists'] as const) {
      const from = performance.now();
      const { status, text } = await ask(stage.origin, token, queries[kind]);
      times[kind].push(performance.now() - from);
      if (status !== 200 || !text.startsWith('{"data":{'))
        stage.findings.broken(`beside a hog, ${kind}: ${status} ${text.slice(0, 200)}`);
    }
    await sleep(2);
  }
  return times;
}

async function ask(origin: string, token: string, query: string, patienceMs = 20_000) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(patienceMs),
  });
  return { status: response.status, text: await response.text() };
}

/** Holds that expired long ago: they have neither payments nor seats, and so no price. */
async function givenHog({ db, database }: Stage): Promise<void> {
  const showStart = new Date(Date.now() - 400 * HOUR);
  await givenTicket(db, { id: 'TKT-HOG', userId: HOG, showStart, status: 'EXPIRED' });
  await database.sql`
    insert into tickets (user_id, id, show_id, policy_id, status, booking_time, hold_expires_at, base_amount, total_amount)
    select user_id, 'TKT-HOG-' || n, show_id, policy_id, status, booking_time - make_interval(secs => n), hold_expires_at, 0, 0
    from tickets, generate_series(1, ${TICKETS_OF_HOG}::int) as n where user_id = ${HOG} and id = 'TKT-HOG'`;
  await database.sql`vacuum analyze tickets`;
}

function at(values: number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;
}
