import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../src/platform/db/database.ts';
import { migrateDatabase } from '../../src/platform/db/migrate.ts';
import { tickets } from '../../src/platform/db/tables/index.ts';
import { until } from '../faults/until.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { startTestApi, startTestInstance, type TestApi } from '../support/test-api.ts';
import { givenCatalogue } from '../support/world.ts';
import { givenPerson, type Person } from './given-person.ts';
import {
  findPostgresPrograms,
  openPostgresServers,
  type PostgresServer,
  type PostgresServers,
} from './postgres-server.ts';

const programs = await findPostgresPrograms();
if (programs === null)
  console.warn('Skipped: standbys need the PostgreSQL of the system (apt-get install postgresql)');

const LIST =
  '{ myTickets(first: 100) { totalCount nodes { id status refund { refundAmount { amount } } } } }';
const CANCEL = `mutation ($id: ID!, $key: String) { cancelTicket(id: $id, idempotencyKey: $key) { __typename refund { id } } }`;
const ONLY = "alter system set synchronous_standby_names = 'FIRST 1 (replica_1)'";
const NONE = "alter system set synchronous_standby_names = ''";
/** A pattern that matches only the query of a page. */
const PAGE = '%from "tickets"%order by%limit%';
const DETAILS = '%from "tickets" inner join "shows"%left join "payments"%where ("tickets"."user_id" = $%';

describe.skipIf(programs === null)('with a synchronous standby as a replica', () => {
  let servers: PostgresServers;
  let primary: PostgresServer;
  let replica: PostgresServer;
  /** The proxy to the replica. */
  let way: TcpProxy;
  let outside: DatabaseConnection;
  /** Two processes: one cancels, the other lists. */
  let one: TestApi;
  let other: TestApi;

  beforeAll(async () => {
    servers = await openPostgresServers(programs ?? '');
    primary = await servers.startPrimary();
    await migrateDatabase(primary.url);
    replica = await servers.startStandby(primary, 'replica_1');
    await primary.configure(ONLY);
    way = await startTcpProxy(replica.url);
    outside = openDatabase({ url: primary.url, poolSize: 4 });
    await givenCatalogue(outside.db);
    const database = { ...outside, url: primary.url, statements: [], sent: [] };
    const options = { database, replicaUrls: [way.url], logLevel: 'info' as const, deadlineMs: 4_000 };
    one = await startTestApi(options);
    other = await startTestInstance(one, options);
    await bothRead(1);
  });
  afterEach(async () => {
    expect(await brokenInvariants(outside.db)).toEqual([]);
  });
  afterAll(async () => {
    await one?.close();
    await other?.close();
    await way?.close();
    await outside?.close();
    await servers?.remove();
  });

  async function readable(api: TestApi): Promise<number | undefined> {
    const metric = api.metrics.registry.getSingleMetric('usher_replicas_readable');
    return (await metric?.get())?.values[0]?.value;
  }
  async function bothRead(count: number) {
    for (const api of [one, other])
      await until(`${count} replicas are readable`, 60, async () => (await readable(api)) === count);
  }
  async function readsOf(source: string): Promise<number> {
    const { values } = await other.metrics.listReads.get();
    return values.find(({ labels }) => labels.source === source)?.value ?? 0;
  }

  let users = 0;
  const given = (count: number): Promise<Person> => {
    users += 1;
    return givenPerson(outside.db, `user-${users}`, count);
  };
  const cancel = (as: string, id: string, key = id) => one.send(CANCEL, { as, variables: { id, key } });
  async function statusInList(as: string, id: string): Promise<string | undefined> {
    const { data } = await other.send(LIST, { as });
    return data.myTickets.nodes.find((node: { id: string }) => node.id === id)?.status;
  }

  it('reads only lists from the replica', async () => {
    const { as, ids } = await given(2);
    for (const server of [primary, replica]) await server.callsOf('%');
    const { data } = await other.send(LIST, { as });
    expect(data.myTickets.totalCount).toBe(2);
    await other.send(
      'query ($id: ID!) { ticket(id: $id) { id canCancel cancellationQuote { refundAmount { amount } } } }',
      {
        as,
        variables: { id: ids[0] },
      },
    );
    await cancel(as, ids[0] ?? '');
    expect([await replica.callsOf(PAGE), await primary.callsOf(PAGE)]).toEqual([1, 0]);
    await other.send('query ($id: ID!) { ticket(id: $id) { id } }', { as, variables: { id: ids[0] } });
    expect([await replica.callsOf(DETAILS), await primary.callsOf(DETAILS)]).toEqual([0, 1]);
  });

  it("never misses a user's own cancellation, even if the replica applies it late", async () => {
    const people = [await given(60), await given(60)];
    await replica.configure("alter system set recovery_min_apply_delay = '15ms'");
    const before = await readsOf('replica');
    const missed: string[] = [];
    const cancelAndList = async ({ as, ids }: Person) => {
      for (const id of ids) {
        expect((await cancel(as, id)).data.cancelTicket.__typename).toBe('TicketCancelled');
        if ((await statusInList(as, id)) !== 'CANCELLED') missed.push(id);
      }
    };
    await Promise.all(people.map(cancelAndList));
    expect(missed).toEqual([]);
    expect((await readsOf('replica')) - before).toBe(120);
    await replica.configure("alter system set recovery_min_apply_delay = '0'");
  });

  it('never misses one even if commits no longer wait for a stopped replica', async () => {
    const { as, ids } = await given(1);
    const [id = ''] = ids;
    await expect.poll(() => statusInList(as, id)).toBe('CONFIRMED');
    await replica.admin`select pg_wal_replay_pause()`;
    const cancelled = cancel(as, id);
    await expect
      .poll(() => outside.db.execute("select from pg_stat_activity where wait_event = 'SyncRep'"))
      .not.toHaveLength(0);
    // Like a fail-over manager, so that the primary can continue.
    await primary.configure(NONE);
    expect((await cancelled).data.cancelTicket.__typename).toBe('TicketCancelled');
    for (let n = 0; n < 50; n += 1) expect(await statusInList(as, id)).toBe('CANCELLED');
    const [behind] = await openedAt(replica, as);
    expect(behind).toBe('CONFIRMED');
    await bothRead(0);
    await replica.admin`select pg_wal_replay_resume()`;
  });

  const toldOfReplica = () => other.logs.findLast((line) => line.includes('"replica"'));

  async function openedAt(server: PostgresServer, userId: string) {
    const { db, close } = openDatabase({ url: server.url, poolSize: 2 });
    const rows = await db.select().from(tickets).where(eq(tickets.userId, userId));
    await close();
    return rows.map(({ status }) => status);
  }

  it('does not read a replica that commits do not wait for, and logs why', async () => {
    const { as, ids } = await given(1);
    for (let n = 0; n < 3; n += 1) expect(await statusInList(as, ids[0] ?? '')).toBe('CONFIRMED');
    expect(await readable(other)).toBe(0);
    expect(toldOfReplica()).toContain('synchronous_standby_names');
    await primary.configure(ONLY);
    await bothRead(1);
    expect(toldOfReplica()).toContain('lists are read from a replica');
  });

  it('does not read a replica that has lost its connection to the primary', async () => {
    const { as, ids } = await given(1);
    const [setting] = await replica.admin`select current_setting('primary_conninfo') as way`;
    await replica.configure("alter system set primary_conninfo = ''");
    await bothRead(0);
    expect(await statusInList(as, ids[0] ?? '')).toBe('CONFIRMED');
    expect(toldOfReplica()).toContain('it follows no primary');
    await replica.configure(`alter system set primary_conninfo = '${setting?.way.replaceAll("'", "''")}'`);
    await bothRead(1);
  });

  it('serves lists from the primary while the replica is down, and from the replica afterwards', async () => {
    const { as, ids } = await given(1);
    const [id = ''] = ids;
    await expect.poll(() => statusInList(as, id)).toBe('CONFIRMED');
    const answers = [other.send(LIST, { as })];
    await Promise.all([
      replica.kill(),
      until('many lists were asked for', 60, () => answers.push(other.send(LIST, { as })) > 50, 5),
    ]);
    for (const { data } of await Promise.all(answers)) expect(data?.myTickets?.totalCount).toBe(1);
    await expect.poll(() => readable(other)).toBe(0);
    expect(toldOfReplica()).toContain('it does not answer');
    await replica.start();
    await bothRead(1);
  });

  it.each([
    ['hangs up', () => way.hangUp(true), () => way.reset()],
    ['does not answer', () => {}, () => way.freeze()],
  ])('repeats a read on the primary after a replica that %s', async (_, refuse, strike) => {
    const { as } = await given(1);
    const before = await readsOf('retried');
    await until('a read was retried', 60, async () => {
      await bothRead(1);
      refuse();
      strike();
      const { data } = await other.send(LIST, { as });
      expect(data?.myTickets?.totalCount).toBe(1);
      way.hangUp(false);
      way.thaw();
      return (await readsOf('retried')) > before;
    });
  });

  it('returns 503 while the only standby is down, and the same key returns the committed result', async () => {
    const { as, ids } = await given(1);
    const [id = ''] = ids;
    const people: Person[] = [];
    for (let n = 0; n < 4; n += 1) people.push(await given(1));
    const small = await startTestInstance(one, { poolSize: 3 });
    await replica.kill();
    const waiting = async () => {
      const rows = await outside.db.execute(
        "select from pg_stat_activity where usename = 'usher' and wait_event = 'SyncRep'",
      );
      return rows.length;
    };
    const tryAll = async (callers: Person[]) => {
      const answers = callers.map((person) =>
        small.send(CANCEL, { as: person.as, variables: { id: person.ids[0], key: 'the key' } }),
      );
      for (const { errors } of await Promise.all(answers))
        expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    };
    const [refused] = await Promise.all([cancel(as, id, 'the key'), tryAll(people)]);
    expect(refused.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    // Their commits wait: one of one process, and as many of the other as it has connections for transactions.
    expect(await waiting()).toBe(3);
    await tryAll(people);
    expect(await waiting()).toBe(3);
    expect(await statusInList(as, id)).toBe('CONFIRMED');

    await replica.start();
    await expect
      .poll(async () => (await cancel(as, id, 'the key')).data?.cancelTicket?.__typename)
      .toBe('TicketCancelled');
    expect(await statusInList(as, id)).toBe('CANCELLED');
    await expect
      .poll(async () => {
        const [person] = people;
        const answer = await small.send(CANCEL, {
          as: person?.as ?? '',
          variables: { id: person?.ids[0], key: 'the key' },
        });
        return answer.data?.cancelTicket?.__typename;
      })
      .toBe('TicketCancelled');
    await small.close();
  });
});
