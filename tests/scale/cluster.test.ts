import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiEnvironment } from '../faults/environments.ts';
import { freePorts } from '../faults/free-ports.ts';
import { until } from '../faults/until.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { runBuiltMain, runNpmStart, type UsherProcess } from '../support/usher-process.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';
import { ask } from './ask.ts';

const READ = '{ ticket(id: "TKT-1") { id } }';
const ANSWER = { data: { ticket: { id: 'TKT-1' } } };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenCatalogue(database.db);
  await givenTicket(database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
});
afterAll(() => database.close());

const read = (origin: string) => ask(origin, 'user-asha', READ);

function environment(more: Record<string, string> = {}): Record<string, string> {
  return { ...apiEnvironment(database.url, 0), CLUSTER: '2', ...more };
}

function start(more: Record<string, string> = {}): UsherProcess {
  return runBuiltMain(environment(more));
}

async function listening(usher: UsherProcess): Promise<string> {
  await usher.until(/listens on http:[^\s"]+"/);
  return /http:[^\s"]+/.exec(usher.output())?.[0] ?? '';
}

/** Returns the API processes, which are the children of the first process. */
async function childrenOf({ child }: UsherProcess): Promise<number[]> {
  const pids: number[] = [];
  for (const entry of await readdir('/proc')) {
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    const parent = Number(/\) \S (\d+)/.exec(stat)?.[1]);
    if (parent === child.pid && /main\.[tj]s/.test(command)) pids.push(Number(entry));
  }
  return pids;
}

/** Reads a metric, which is the sum over all processes. */
async function metric(metricsOrigin: string, name: string): Promise<number> {
  const text = await (await fetch(`${metricsOrigin}/metrics`)).text();
  const samples = [...text.matchAll(/^(\w+)(?:\{.*\})? (\d+)$/gm)].filter(([, found]) => found === name);
  return samples.reduce((sum, [, , value]) => sum + Number(value), 0);
}

/** A zombie does not count as running. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) Z/.test(stat);
}

/**
 * Sends six requests while one of two processes is stopped: one request waits for it, the other process serves the
 * rest.
 */
async function expectBothToAnswer(origin: string, stopped: number): Promise<void> {
  process.kill(stopped, 'SIGSTOP');
  let answered = 0;
  const asked = Array.from({ length: 6 }, async () => {
    expect(await read(origin)).toEqual(ANSWER);
    answered += 1;
  });
  await until('the other one has answered', 60, () => answered === 5);
  process.kill(stopped, 'SIGCONT');
  await Promise.all(asked);
}

describe('a cluster of two', () => {
  let usher: UsherProcess;
  let origin: string;
  let metrics: string;
  beforeAll(async () => {
    const [metricsPort] = await freePorts(1);
    metrics = `http://127.0.0.1:${metricsPort}`;
    usher = runBuiltMain(environment({ METRICS_PORT: String(metricsPort), DRAIN_SECONDS: '1' }));
    origin = await listening(usher);
  });
  afterAll(async () => {
    usher.child.kill('SIGKILL');
    await usher.exit;
  });

  it('serves requests from both processes, which have common metrics', async () => {
    const pids = await childrenOf(usher);
    expect(pids).toHaveLength(2);
    for (const pid of pids) await expectBothToAnswer(origin, pid);
    expect(await metric(metrics, 'usher_requests_total')).toBe(12);
    expect(await metric(metrics, 'usher_api_processes')).toBe(2);
  });

  it('recovers after kill -9: no later request is refused, and no metric is lost', async () => {
    const [killed = 0, other = 0] = await childrenOf(usher);
    for (let n = 0; n < 10; n += 1) await read(origin);
    const before = await metric(metrics, 'usher_requests_total');
    process.kill(killed, 'SIGKILL');
    await usher.until('another one is started in its place');
    expect(usher.output()).toContain(`"pid":${killed},"why":"An API process ended by itself (SIGKILL)."`);

    let asked = before;
    // While there is one process, while the new one starts, and when it is ready.
    await until('there are two again', 60, async () => {
      expect(await read(origin)).toEqual(ANSWER);
      asked += 1;
      return (await metric(metrics, 'usher_api_processes')) === 2;
    });
    await expectBothToAnswer(origin, other);
    expect(await metric(metrics, 'usher_requests_total')).toBe(asked + 6);
  });

  it('restarts a process that crashes repeatedly after increasing pauses', async () => {
    for (const pause of [200, 400]) {
      const [latest = 0] = (await childrenOf(usher)).toSorted((a, b) => b - a);
      process.kill(latest, 'SIGKILL');
      await usher.until(`"afterMs":${pause}`);
      await until(
        'there are two again',
        20,
        async () => (await metric(metrics, 'usher_api_processes')) === 2,
      );
    }
  });

  it('stops gracefully under load: every request gets a response, no process remains', async () => {
    const pids = await childrenOf(usher);
    let isReady = true;
    const answers: string[] = [];
    const client = async () => {
      while (isReady) answers.push(JSON.stringify(await read(origin)));
    };
    const loadBalancer = async () => {
      while (isReady) isReady = (await fetch(`${origin}/readyz`)).ok;
    };
    const load = Promise.all([loadBalancer(), client(), client(), client()]);
    await until('there is load', 60, () => answers.length > 50);
    // Like a terminal and systemd: all processes receive the signal.
    for (const pid of [usher.child.pid ?? 0, ...pids]) process.kill(pid, 'SIGTERM');
    await load;
    expect(await usher.exit).toBe(0);
    expect(answers.filter((answer) => answer !== JSON.stringify(ANSWER))).toEqual([]);
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false]);
    await expect(fetch(origin)).rejects.toThrow();
  });
});

it('a cluster ends with its first process, however that ends', async () => {
  const usher = start();
  await listening(usher);
  const pids = await childrenOf(usher);
  usher.child.kill('SIGKILL');
  await usher.exit;
  await until('they are gone', 60, async () => !(await Promise.all(pids.map(isAlive))).includes(true));
});

describe('npm start with CLUSTER=2', () => {
  it('prints one URL and one token; worker, sandbox and web client are there once', async () => {
    const empty = await createTestDatabase();
    const folder = await temporaryFolder('usher-cluster-');
    const usher = runNpmStart({
      PORT: '0',
      CLUSTER: '2',
      DATABASE_URL: empty.url,
      DATA_FOLDER: folder,
    });
    await usher.until('Ctrl-C stops it');
    await usher.until('-d ');
    expect(usher.output().match(/GraphQL +http/g)).toHaveLength(1);
    // The same token is in the commands that list and cancel.
    expect(new Set(usher.output().match(/eyJ[\w.-]+/g)).size).toBe(1);
    const origin = /GraphQL +(http.*)\/graphql/.exec(usher.output())?.[1] ?? '';
    const token = /Token +(\S+)/.exec(usher.output())?.[1] ?? '';
    const send = async (query: string) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const body = JSON.stringify({ query });
      return (await fetch(`${origin}/graphql`, { method: 'POST', headers, body })).json();
    };
    const { data } = await send(
      '{ myTickets(first: 100, filter: { status: CONFIRMED, timing: UPCOMING }) { nodes { id canCancel totalAmount { amount } } } }',
    );
    const { id } = data.myTickets.nodes.find(
      (ticket: { canCancel: boolean; totalAmount: { amount: string } }) =>
        ticket.canCancel && ticket.totalAmount.amount !== '0.00',
    );
    expect(await send(`mutation { cancelTicket(id: "${id}") { __typename } }`)).toEqual({
      data: { cancelTicket: { __typename: 'TicketCancelled' } },
    });
    // The worker of the first process calls the sandbox, whose webhook reaches one of the API processes.
    await until('the refund is processed', 60, async () => {
      const answer = await send(`{ ticket(id: "${id}") { refund { refundStatus } } }`);
      return answer.data.ticket.refund.refundStatus === 'PROCESSED';
    });
    // The /metrics of each process includes all processes.
    expect(await metric(origin, 'usher_api_processes')).toBe(2);
    expect(await metric(origin, 'usher_jobs_total')).toBeGreaterThan(0);
    usher.child.kill('SIGTERM');
    expect(await usher.exit).toBe(0);
    await empty.close();
  });
});

describe('a cluster that cannot start ends with one clear message and exit code 1', () => {
  const messagesOf = async (more: Record<string, string>) => {
    const usher = start(more);
    expect(await usher.exit).toBe(1);
    const lines = usher.output().trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line).msg);
  };

  it('on a busy port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    expect(await messagesOf({ PORT: port })).toEqual([
      `Port ${port} is in use, perhaps by another Usher. Stop it, or set PORT to another.`,
    ]);
    await new Promise((resolve) => server.close(resolve));
  });

  it('when an API process cannot start', async () => {
    expect(await messagesOf({ PERSISTED_OPERATIONS: '/none.json' })).toEqual([
      'PERSISTED_OPERATIONS: /none.json is not a JSON file of operations by id, such as {"id": "query { ... }"}, nor a manifest of Apollo (ENOENT)',
    ]);
  });

  it('without its database', async () => {
    expect(await messagesOf({ DATABASE_URL: 'postgres://usher@127.0.0.1:1/usher' })).toEqual([
      'Cannot reach the database of DATABASE_URL (ECONNREFUSED). Is it running?',
    ]);
  });

  it('of workers', async () => {
    expect(await messagesOf({ ROLE: 'worker' })).toEqual([expect.stringContaining('  CLUSTER: ')]);
  });
});
