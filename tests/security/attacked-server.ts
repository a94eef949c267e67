import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { openDatabase } from '../../src/platform/db/database.ts';
import { startDatabaseServer } from '../faults/database-server.ts';
import { apiEnvironment, TOKENS } from '../faults/environments.ts';
import { freePorts } from '../faults/free-ports.ts';
import { runUsher } from '../support/usher-process.ts';
import { givenCatalogue, givenShow, givenTicket, HOUR } from '../support/world.ts';

/** The API as in production, in a process of its own. The attacker and the bystander have a hundred tickets each. */
export interface AttackedServer {
  /** Sends the JSON of a request. */
  post(userId: User, body: string): Promise<{ status: number; text: string }>;
  /** Milliseconds of CPU that its process has used so far, to ten milliseconds. */
  cpuMs(): Promise<number>;
  /** @throws when it does not end by itself */
  stop(): Promise<void>;
}

const USERS = ['attacker', 'bystander'] as const;
export type User = (typeof USERS)[number];

/** Linux counts CPU time in hundredths of a second. */
const TICK_MS = 10;

export async function startAttackedServer(): Promise<AttackedServer> {
  const database = await startDatabaseServer(await mkdtemp(join(tmpdir(), 'usher-security-')));
  await sellTickets(database.url);
  const [port = 0] = await freePorts(1);
  // With introspection, which production leaves out, more can be attacked.
  const environment = { ...apiEnvironment(database.url, port), INTROSPECTION: 'true' };
  const usher = runUsher('src/main.ts', [], environment);
  await usher.until('Usher listens on').catch(async (error: unknown) => {
    await database.remove();
    throw error;
  });
  async function stop(): Promise<void> {
    usher.child.kill('SIGTERM');
    const impatience = setTimeout(() => usher.child.kill('SIGKILL'), 25_000);
    const code = await usher.exit;
    clearTimeout(impatience);
    await database.remove();
    if (code !== 0) throw new Error(`the server ended with ${code}:\n${usher.output().slice(-2_000)}`);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().finally(() => process.exit(130)));

  const tokens = new Map<User, string>();
  for (const user of USERS) tokens.set(user, await signToken(user, TOKENS.secret, TOKENS));

  return {
    post: async (userId, body) => {
      const headers = {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        authorization: `Bearer ${tokens.get(userId)}`,
      };
      const url = `http://127.0.0.1:${port}/graphql`;
      const signal = AbortSignal.timeout(30_000);
      const response = await fetch(url, { method: 'POST', headers, body, signal });
      return { status: response.status, text: await response.text() };
    },
    cpuMs: async () => {
      const stat = await readFile(`/proc/${usher.child.pid}/stat`, 'utf8');
      // The name of the program, in brackets, may hold spaces; the times are the 12th and 13th after it.
      const [user, system] = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13);
      return (Number(user) + Number(system)) * TICK_MS;
    },
    stop,
  };
}

async function sellTickets(databaseUrl: string): Promise<void> {
  const { db, close } = openDatabase({ url: databaseUrl, poolSize: 4 });
  await givenCatalogue(db);
  for (let show = 0; show < 20; show += 1) {
    const showStart = new Date(Date.now() + (show + 24) * HOUR);
    await givenShow(db, `show-${show}`, showStart);
    for (let n = 0; n < 10; n += 1) {
      const userId = USERS[n % 2];
      const seatNumbers = [String(2 * n + 1), String(2 * n + 2)];
      await givenTicket(db, {
        id: `TKT-${show}-${n}`,
        showId: `show-${show}`,
        showStart,
        seatNumbers,
        ...(userId ? { userId } : {}),
      });
    }
  }
  await close();
}
