import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { payments, refunds, showSeats, ticketEvents, tickets } from '../../src/platform/db/tables/index.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { startTestApi, startTestInstance, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenShow, givenTicket, HOUR } from '../support/world.ts';

/** Only with `npm run test:citus`: a cancellation whose ticket is on one worker and whose seats are on another. */

const ID = 'TKT-FAR';
const USER = 'user-asha';
const CANCEL = `mutation { cancelTicket(id: "${ID}") { __typename status } }`;
const showStart = new Date(Date.now() + 6 * HOUR);

/** A trigger on the shards of show_seats. It runs when a transaction that changed them is prepared. */
const AT_PREPARE = `create constraint trigger at_prepare after update on %s deferrable initially deferred
  for each row execute function public.at_prepare()`;

describe.skipIf(inject('citusUrl') === undefined)(
  'a cancellation over two workers (npm run test:citus)',
  () => {
    let api: TestApi;
    let coordinator: postgres.Sql;
    beforeEach(async () => {
      api = await startTestApi();
      coordinator = postgres(api.database.url, { max: 2, onnotice: () => {} });
      const { db } = api.database;
      await givenCatalogue(db);
      const showId = await farShow();
      await givenShow(db, showId, showStart);
      await givenTicket(db, { id: ID, userId: USER, showId, showStart });
    }, 60_000);
    afterEach(async () => {
      await onEverySeat('drop trigger if exists at_prepare on %s');
      await coordinator`select recover_prepared_transactions()`;
      expect(await prepared()).toEqual([]);
      expect(await brokenInvariants(api.database.db)).toEqual([]);
      await coordinator.end();
      await api.close();
    });

    async function onEverySeat(command: string): Promise<void> {
      const done =
        await coordinator`select result, success from run_command_on_shards('show_seats', ${command})`;
      expect(done.filter(({ success }) => !success)).toEqual([]);
    }

    async function workerOf(table: string, value: string): Promise<string> {
      const [row] = await coordinator`
      select nodename || ':' || nodeport as worker from pg_dist_shard_placement
      where shardid = get_shard_id_for_distribution_column(${table}, ${value}::text)`;
      return row?.worker;
    }

    /** The id of a show whose seats are on another worker than the user's rows. */
    async function farShow(): Promise<string> {
      const worker = await workerOf('tickets', USER);
      for (;;) {
        const id = `show-${randomUUID()}`;
        if ((await workerOf('show_seats', id)) !== worker) return id;
      }
    }

    /** Runs an action when a change of seats is prepared, after the rest of its transaction. */
    async function whenPrepared(plpgsql: string): Promise<void> {
      await coordinator.unsafe(
        `create or replace function at_prepare() returns trigger language plpgsql as $$ begin ${plpgsql}; return null; end $$`,
      );
      await onEverySeat(AT_PREPARE);
    }

    /** Returns the workers with a prepared transaction of this database. */
    async function prepared(): Promise<string[]> {
      const rows = await coordinator<{ worker: string }[]>`
      select nodename || ':' || nodeport as worker
      from run_command_on_workers('select count(*) from pg_prepared_xacts where database = current_database()')
      where result <> '0'`;
      return rows.map(({ worker }) => worker);
    }

    async function state() {
      const { db } = api.database;
      return {
        tickets: await db.select().from(tickets),
        payments: await db.select().from(payments),
        seats: await db.select().from(showSeats).orderBy(showSeats.seatId),
        refunds: await db.select().from(refunds),
        events: await db.select().from(ticketEvents).orderBy(ticketEvents.seq),
        jobs: await db.execute(sql`select id from graphile_worker._private_jobs`),
      };
    }

    /** Checks that a cancellation is complete or absent. */
    async function wasCancelled(): Promise<boolean> {
      const now = await state();
      const cancelled = now.tickets[0]?.status === 'CANCELLED';
      expect(now.payments[0]?.status).toBe(cancelled ? 'REFUNDED' : 'SUCCESS');
      expect(now.refunds).toHaveLength(cancelled ? 1 : 0);
      expect(now.events).toHaveLength(cancelled ? 3 : 2);
      expect(now.seats.filter(({ ticketId }) => ticketId === ID)).toHaveLength(cancelled ? 0 : 2);
      expect(now.jobs).toHaveLength(cancelled ? 2 : 0);
      return cancelled;
    }

    it('is prepared by both before it is committed by either', async () => {
      await whenPrepared('perform pg_sleep(2)');
      const answer = api.send(CANCEL);
      // The seats are not prepared yet, so the ticket cannot be committed.
      await expect.poll(prepared).toEqual([await workerOf('tickets', USER)]);
      const [before] = await api.database.db.select().from(tickets);
      expect(before?.status).toBe('CONFIRMED');
      expect((await answer).data.cancelTicket.__typename).toBe('TicketCancelled');
      expect(await wasCancelled()).toBe(true);
    });

    it('that one of them cannot commit leaves nothing on the other or in the queue', async () => {
      const before = await state();
      await whenPrepared("raise exception 'the test says no'");
      expect((await api.send(CANCEL)).errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
      expect(await state()).toEqual(before);
      expect(await prepared()).toEqual([]);
      await onEverySeat('drop trigger at_prepare on %s');
      expect((await api.send(CANCEL)).data.cancelTicket.__typename).toBe('TicketCancelled');
      expect(await wasCancelled()).toBe(true);
    });

    it.each([
      ['a worker lost its connection', 'worker'],
      ['the coordinator lost its own', 'coordinator'],
    ])(
      'of which %s when the ticket was prepared is complete or absent after Citus has recovered',
      async (_words, lost) => {
        await whenPrepared('perform pg_sleep(2)');
        const answer = api.send(CANCEL);
        await expect.poll(prepared).toHaveLength(1);
        if (lost === 'worker') {
          await coordinator`select run_command_on_workers($$
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'PREPARE TRANSACTION%' and state = 'idle'$$)`;
        } else {
          await coordinator`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'usher' and state = 'active'`;
        }
        const { data, errors } = await answer;
        // A worker that is still preparing when the coordinator is gone aborts automatically.
        await expect
          .poll(async () => {
            await coordinator`select recover_prepared_transactions()`;
            await sleep(500);
            return prepared();
          })
          .toEqual([]);
        const cancelled = await wasCancelled();
        expect(cancelled).toBe(lost === 'worker' ? data.cancelTicket?.status === 'CANCELLED' : false);
        if (!cancelled) expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
        await onEverySeat('drop trigger at_prepare on %s');
        const again = (await api.send(CANCEL)).data.cancelTicket.__typename;
        expect(again).toBe(cancelled ? 'InvalidStatus' : 'TicketCancelled');
      },
    );

    it('of many concurrent users, each sent five times over two instances, happens once each', async () => {
      const { db } = api.database;
      const other = await startTestInstance(api);
      const users = Array.from({ length: 12 }, (_, n) => n);
      for (const n of users) await givenTicket(db, { id: `TKT-${n}`, userId: `user-${n}`, showStart });
      const answers = await Promise.all(
        users.flatMap((n) =>
          Array.from({ length: 5 }, (_, nth) =>
            (nth % 2 ? other : api).send(`mutation { cancelTicket(id: "TKT-${n}") { __typename } }`, {
              as: `user-${n}`,
            }),
          ),
        ),
      );
      const outcomes = answers.map(
        ({ data, errors }) => errors?.[0]?.extensions.code ?? data.cancelTicket.__typename,
      );
      expect(outcomes.filter((outcome) => outcome === 'TicketCancelled')).toHaveLength(users.length);
      expect(new Set(outcomes)).toEqual(new Set(['TicketCancelled', 'InvalidStatus']));
      expect(await db.select().from(refunds)).toHaveLength(users.length);
      await other.close();
    });
  },
);
