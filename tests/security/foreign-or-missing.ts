import { randomInt } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { type Database, openDatabase } from '../../src/platform/db/database.ts';
import { startDatabaseServer } from '../faults/database-server.ts';
import { apiEnvironment, TOKENS } from '../faults/environments.ts';
import { freePorts } from '../faults/free-ports.ts';
import { runUsher } from '../support/usher-process.ts';
import { givenCatalogue, givenShow, givenTicket, HOUR } from '../support/world.ts';
import { compareTimes, TELLING_Z } from './compare-times.ts';
import type { PartReport } from './part.ts';
import { createTimedClient, type TimedClient } from './timed-client.ts';

const TRIES = 1_000;
const WARM_UP = 300;
const TICKETS = 200;
const SEATS_A_SHOW = 20;

const OPERATIONS = {
  ticket: 'query($id: ID!) { ticket(id: $id) { id status seatNumbers totalAmount { amount } } }',
  cancelTicket: 'mutation($id: ID!) { cancelTicket(id: $id) { message status } }',
};

/** Asks one person's server about tickets of another one and about tickets of nobody, and compares the times. */
export async function foreignOrMissing(): Promise<PartReport> {
  const cleanUp: (() => Promise<unknown>)[] = [];
  try {
    const server = await startDatabaseServer(await mkdtemp(join(tmpdir(), 'usher-times-')));
    cleanUp.push(server.remove);
    const { db, close } = openDatabase({ url: server.url, poolSize: 2 });
    cleanUp.push(close);
    const ids = await givenIds(db);
    await server.sql`analyze`;

    const [port = 0] = await freePorts(1);
    const usher = runUsher('src/main.ts', [], apiEnvironment(server.url, port));
    cleanUp.push(() => {
      usher.child.kill('SIGTERM');
      return usher.exit;
    });
    await usher.until('Usher listens on');
    const client = createTimedClient(port, await signToken('user-asha', TOKENS.secret, TOKENS));
    cleanUp.push(async () => client.close());

    const reports = [];
    for (const [field, query] of Object.entries(OPERATIONS))
      reports.push(await compare(field, query, ids, client));
    return {
      title: "Somebody else's ticket or none at all: can the times tell?",
      lines: [
        ...reports.map(({ line }) => line),
        `  ${TRIES} tries each, in random order over one connection. |z| above ${TELLING_Z} would tell; equal times reach that once in 15,000 comparisons.`,
        '  AUC: how often a foreign one takes longer than a missing one; 0.5 is a coin, and beyond 0.45 to 0.55 it would tell.',
      ],
      broken: reports.flatMap(({ broken }) => broken),
    };
  } finally {
    for (const step of cleanUp.reverse()) await step();
  }
}

interface Ids {
  foreign: string[];
  missing: string[];
}

/** Every second number is sold to Ravi: alike to look at, and beside one another in every index. Asha has one. */
async function givenIds(db: Database): Promise<Ids> {
  const ids: Ids = { foreign: [], missing: [] };
  const showStart = new Date(Date.now() + 6 * HOUR);
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-OF-ASHA', showStart });
  for (let number = 0; number < TICKETS; number += 1) {
    const [id, other] = [idOf(2 * number), idOf(2 * number + 1)];
    const seat = number % SEATS_A_SHOW;
    const showId = `show-${number - seat}`;
    if (seat === 0) await givenShow(db, showId, showStart);
    await givenTicket(db, {
      id,
      userId: 'user-ravi',
      showId,
      showStart,
      seatNumbers: [String(seat + 1)],
      discount: 0n,
    });
    ids.foreign.push(id);
    ids.missing.push(other);
  }
  return ids;
}

const idOf = (number: number) => `TKT-TIMES-${String(number).padStart(6, '0')}`;

async function compare(field: string, query: string, ids: Ids, client: TimedClient) {
  const times = { foreign: [] as number[], missing: [] as number[] };
  const bodies = new Set<string>();
  const pick = (of: string[]) => of[randomInt(of.length)] ?? '';
  for (let n = 0; n < WARM_UP; n += 1)
    await client.ask(query, { id: pick(n % 2 ? ids.foreign : ids.missing) });
  for (const kind of shuffled([...Array(TRIES).fill('foreign'), ...Array(TRIES).fill('missing')])) {
    const { body, took } = await client.ask(query, { id: pick(ids[kind]) });
    bodies.add(body);
    times[kind].push(took);
  }
  const { medians, z, auc } = compareTimes(times.foreign, times.missing);
  const told = Math.abs(z) > TELLING_Z;
  const [foreign, missing] = medians;
  const broken = [];
  if (told) broken.push(`${field}: the times tell somebody else's ticket from none (z = ${z.toFixed(2)})`);
  if (bodies.size !== 1) broken.push(`${field}: there were ${bodies.size} different answers`);
  return {
    line: `${field}: median ${foreign.toFixed(0)} us foreign, ${missing.toFixed(0)} us missing (${(foreign - missing).toFixed(1)} us apart), z = ${z.toFixed(2)}, AUC = ${auc.toFixed(3)}: ${told ? 'CAN' : 'cannot'} be told apart`,
    broken,
  };
}

function shuffled(kinds: (keyof Ids)[]): (keyof Ids)[] {
  for (let last = kinds.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [kinds[last], kinds[other]] = [kinds[other] as keyof Ids, kinds[last] as keyof Ids];
  }
  return kinds;
}
