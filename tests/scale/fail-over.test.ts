import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { type DatabaseConnection, openDatabase } from '../../src/platform/db/database.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';
import { apiEnvironment, sandboxEnvironment, TOKENS, workerEnvironment } from '../faults/environments.ts';
import { createFindings } from '../faults/findings.ts';
import { freePorts } from '../faults/free-ports.ts';
import { type MailServer, startMailServer } from '../faults/mail-server.ts';
import { type SmsServer, startSmsServer } from '../faults/sms-server.ts';
import { until } from '../faults/until.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runUsher, type UsherProcess } from '../support/usher-process.ts';
import { givenCatalogue } from '../support/world.ts';
import { givenPerson, type Person } from './given-person.ts';
import {
  findPostgresPrograms,
  openPostgresServers,
  type PostgresServer,
  type PostgresServers,
} from './postgres-server.ts';

const programs = await findPostgresPrograms();

const CANCEL = `mutation ($id: ID!, $key: String) {
  cancelTicket(id: $id, idempotencyKey: $key) { __typename status refund { id } } }`;
const LIST = '{ myTickets(first: 100) { nodes { id status } } }';

describe.skipIf(programs === null)('when the primary is killed and its synchronous standby promoted', () => {
  let servers: PostgresServers;
  let primary: PostgresServer;
  let standby: PostgresServer;
  let folder: string;
  let origin: string;
  let api: UsherProcess;
  let worker: UsherProcess;
  let mail: MailServer;
  let sms: SmsServer;
  const processes: UsherProcess[] = [];
  const run = (script: string, environment: Record<string, string>): UsherProcess => {
    const started = runUsher(script, [], environment);
    processes.push(started);
    return started;
  };
  let after: DatabaseConnection;
  const people: Person[] = [];

  beforeAll(async () => {
    servers = await openPostgresServers(programs ?? '');
    primary = await servers.startPrimary();
    await migrateDatabase(primary.url);
    const { db, close } = openDatabase({ url: primary.url, poolSize: 4 });
    await givenCatalogue(db);
    for (let n = 0; n < 6; n += 1) people.push(await givenPerson(db, `user-${n}`, 20));
    await close();
    standby = await servers.startStandby(primary, 'standby_1');
    await primary.configure("alter system set synchronous_standby_names = 'standby_1'");
    folder = await temporaryFolder('usher-fail-over-');
    const findings = createFindings();
    mail = await startMailServer(findings);
    sms = await startSmsServer(findings);
    const [apiPort = 0, sandboxPort = 0] = await freePorts(2);
    origin = `http://127.0.0.1:${apiPort}`;
    const hosts = `127.0.0.1:${primary.port},127.0.0.1:${standby.port}`;
    const url = primary.url.replace(`127.0.0.1:${primary.port}`, hosts);
    const provider = `http://127.0.0.1:${sandboxPort}`;
    const file = join(folder, 'sandbox.jsonl');
    run('src/dev/sandbox/main.ts', sandboxEnvironment(file, sandboxPort, apiPort));
    api = run('src/main.ts', { ...apiEnvironment(url, apiPort), DATABASE_REPLICA_URLS: standby.url });
    worker = run('src/main.ts', workerEnvironment(url, { provider, mail: mail.url, sms: sms.url }));
    await api.until('Usher listens');
    await worker.until("Usher's worker is ready");
  });
  afterAll(async () => {
    for (const { child, exit } of processes) {
      child.kill('SIGTERM');
      await exit;
    }
    await mail?.close();
    await sms?.close();
    await after?.close();
    await servers?.remove();
  });

  /** Returns null without a response in time. */
  async function ask(as: string, query: string, variables = {}) {
    const authorization = `Bearer ${await signToken(as, TOKENS.secret, TOKENS)}`;
    const answer = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query, variables }),
    }).catch(() => null);
    return answer?.json();
  }

  /** The acknowledged refund of each ticket. */
  const promised = new Map<string, string>();
  const codes = new Set<string>();

  /** Retries with the same key until there is a response, like a client. */
  async function cancelAll({ as, ids }: Person): Promise<void> {
    for (const id of ids) {
      while (!promised.has(id)) {
        const { data, errors } = (await ask(as, CANCEL, { id, key: id })) ?? {};
        for (const { extensions } of errors ?? []) codes.add(extensions.code);
        if (data?.cancelTicket?.__typename === 'TicketCancelled')
          promised.set(id, data.cancelTicket.refund.id);
        else await sleep(100);
      }
      const listed = (await ask(as, LIST))?.data?.myTickets.nodes.find(
        (node: { id: string }) => node.id === id,
      );
      // Without a primary, lists may fail.
      if (listed) expect(listed.status).toBe('CANCELLED');
    }
  }

  it('loses nothing that was acknowledged, and recovers automatically', async () => {
    const cancelling = Promise.all(people.map(cancelAll));
    await until('some are cancelled', 90, () => promised.size > 20);
    await primary.kill();
    const before = new Map(promised);
    await standby.promote();
    after = openDatabase({ url: standby.url, poolSize: 4 });
    const there = await after.db.execute<{ ticket: string; refund: string }>(
      sql`select t.id as ticket, r.id as refund from tickets t join refunds r on r.ticket_id = t.id where t.status = 'CANCELLED'`,
    );
    const refunds = new Map(there.map(({ ticket, refund }) => [ticket, refund]));
    for (const [ticket, refund] of before) expect(refunds.get(ticket), ticket).toBe(refund);

    await cancelling;
    expect(promised.size).toBe(120);
    // Failed calls are retryable, and none is an internal error.
    expect([...codes].filter((code) => code !== 'SERVICE_UNAVAILABLE')).toEqual([]);
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    await until('the worker has sent every refund and message', 90, async () => {
      const [left] = await after.db.execute<{ refunds: number; messages: number; jobs: number }>(sql`select
        (select count(*)::int from refunds where id = any(${sql.param([...promised.values()])}) and status <> 'PROCESSED') as refunds,
        (select count(*)::int from notifications where next_attempt_at is not null) as messages,
        (select count(*)::int from graphile_worker.jobs where locked_at is null) as jobs`);
      return left?.refunds === 0 && left.messages === 0 && left.jobs === 0;
    });
    expect(await brokenInvariants(after.db)).toEqual([]);
    const [row] = await after.db.execute(
      sql`select count(*)::int as refunds from refunds where id = any(${sql.param([...promised.values()])})`,
    );
    expect(row?.refunds).toBe(120);
    // The same processes as before.
    for (const { child } of [api, worker]) expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  });
});
