import { and, eq } from 'drizzle-orm';
import { notifications, refunds } from '../../src/platform/db/tables/index.ts';
import type { TicketToCancel } from './given-tickets.ts';
import { blockWrites, endSessions, holdLock, untilWaits } from './locks.ts';
import { NO_FAULTS, NO_WEBHOOKS } from './provider-faults.ts';
import type { TapPoint } from './provider-tap.ts';
import type { Stage } from './stage.ts';
import { sleep, until } from './until.ts';

/** A step of the worker. `reach` starts the worker, waits for the step and returns a function to continue. */
interface KillPoint {
  name: string;
  prepare?(stage: Stage, ticket: TicketToCancel): Promise<unknown>;
  reach(stage: Stage, ticket: TicketToCancel): Promise<() => Promise<void>>;
  /** Checks the state after the kill. Returns null or the problem. */
  judge(stage: Stage, ticket: TicketToCancel): Promise<string | null>;
}

/** The step with the longest lease comes first, because its lease runs during the others. */
const KILL_POINTS: KillPoint[] = [
  {
    name: 'the mail left, not marked',
    // Without an SMS, only the statement after this mail can wait. The user's other ticket is next.
    prepare: ({ database: { sql } }, { userId }) => sql`update users set phone = null where id = ${userId}`,
    reach: (stage, ticket) => catchMessage(stage, stage.mail, ({ text }) => text.includes(ticket.id)),
    judge: async (stage, ticket) => {
      const row = await cancelledMessage(stage, ticket, 'EMAIL');
      const copies = stage.mail.mails.filter(({ text }) => text.includes(ticket.id));
      return row?.status === 'PENDING' && row.leaseUntil && copies.length === 1
        ? null
        : `${copies.length} mails, ${JSON.stringify(row)}`;
    },
  },
  {
    name: 'before the claim',
    reach: async ({ worker, database: { sql } }) => {
      const lock = await holdLock(sql, blockWrites('refunds'));
      worker.start();
      await untilWaits(sql, 'usher_worker', 'update "refunds"');
      return lock.release;
    },
    judge: (stage, ticket) => judgeRefund(stage, ticket, { claims: 0, made: 0 }),
  },
  {
    name: 'the SMS left, not marked',
    reach: (stage, ticket) =>
      catchMessage(
        stage,
        stage.sms,
        ({ body }) => body.includes(ticket.id),
        async () => (await cancelledMessage(stage, ticket, 'EMAIL'))?.status === 'SENT',
      ),
    judge: async (stage, ticket) => {
      const row = await cancelledMessage(stage, ticket, 'SMS');
      const copies = stage.sms.taken.filter(({ body }) => body.includes(ticket.id));
      return row?.status === 'UNKNOWN' && copies.length === 1
        ? null
        : `${copies.length} SMS, ${JSON.stringify(row)}`;
    },
  },
  {
    name: 'claimed, the demand on its way',
    reach: (stage, ticket) => catchDemand(stage, ticket, 'hold the demand'),
    judge: (stage, ticket) => judgeRefund(stage, ticket, { claims: 1, made: 0 }),
  },
  {
    name: 'the provider is working',
    prepare: ({ setFaults }) => setFaults({ ...NO_WEBHOOKS, demand: { script: ['slow'] } }),
    reach: async (stage, ticket) => {
      const release = await catchDemand(stage, ticket, 'let the demand pass');
      // A third of the payment provider's response time.
      await sleep(100);
      return release;
    },
    judge: async (stage, ticket) => {
      // Its client is gone, but it continues.
      await until('the provider is ready', 10, async () =>
        (await stage.books()).made.some(({ paymentId }) => paymentId === ticket.paymentId),
      );
      return judgeRefund(stage, ticket, { claims: 1, made: 1 });
    },
  },
  {
    name: 'the provider has accepted, its answer on the way',
    reach: (stage, ticket) => catchDemand(stage, ticket, 'hold the answer'),
    judge: (stage, ticket) => judgeRefund(stage, ticket, { claims: 1, made: 1 }),
  },
  {
    name: 'the provider has accepted, not recorded',
    reach: async ({ worker, database: { sql } }, { id }) => {
      const lock = await holdLock(sql, `select from tickets where id = '${id}' for update`);
      worker.start();
      await untilWaits(sql, 'usher_worker', 'from "tickets" where%for update');
      return lock.release;
    },
    judge: (stage, ticket) => judgeRefund(stage, ticket, { claims: 1, made: 1 }),
  },
];

export const WORKER_KILL_POINTS = KILL_POINTS.map(({ name }) => name);

/** Kills the worker at each of its steps, with a ticket for each. It does not restart, so the work stays undone. */
export async function killWorkerAtEachStep(stage: Stage, tickets: TicketToCancel[]): Promise<void> {
  const { client, findings, database, setFaults, worker } = stage;
  for (const [index, point] of KILL_POINTS.entries()) {
    const ticket = tickets[index];
    if (!ticket) throw new Error('there are fewer tickets than kill points');
    try {
      await setFaults(NO_WEBHOOKS);
      await point.prepare?.(stage, ticket);
      await client.cancel(await client.prepare(ticket));
      const release = await point.reach(stage, ticket);
      await worker.kill(point.name);
      await endSessions(database.sql, 'usher_worker');
      await release();
      const wrong = await point.judge(stage, ticket);
      if (wrong) findings.broken(`${ticket.id}, worker killed when ${point.name}: ${wrong}`);
    } catch (error) {
      findings.broken(`the worker could not be killed when ${point.name}: ${error}`);
      await worker.kill('anywhere');
    }
  }
  await setFaults(NO_FAULTS);
}

async function catchDemand(
  { tap, worker }: Stage,
  { paymentId }: TicketToCancel,
  point: TapPoint,
): Promise<() => Promise<void>> {
  let isThere = false;
  void tap.caught(paymentId, point).then(() => {
    isThere = true;
  });
  worker.start();
  await until('the demand is there', 30, () => isThere, 5);
  return async () => {};
}

/** The message server has accepted a message and responded. The worker waits to mark it as sent. */
async function catchMessage<Message>(
  { worker, database: { sql } }: Stage,
  server: { beforeAnswer: (message: Message) => Promise<void> },
  isIt: (message: Message) => boolean,
  mayBegin: () => Promise<boolean> = async () => true,
): Promise<() => Promise<void>> {
  let release: (() => Promise<void>) | null = null;
  server.beforeAnswer = async (message) => {
    if (release || !isIt(message)) return;
    const begun = until('the other message is marked', 8, mayBegin);
    const lock = begun.then(() => holdLock(sql, blockWrites('notifications')));
    // If the worker cannot be stopped here, the message is not reported as sent.
    release = await lock.then(
      (held) => held.release,
      () => null,
    );
  };
  try {
    worker.start();
    await until('the message has left', 30, () => release !== null, 5);
    await untilWaits(sql, 'usher_worker', 'update "notifications"%"sent_at" =');
  } finally {
    server.beforeAnswer = async () => {};
  }
  return async () => release?.();
}

async function judgeRefund(
  { db, books }: Stage,
  { id, paymentId }: TicketToCancel,
  expected: { claims: number; made: number },
): Promise<string | null> {
  const [refund] = await db.select().from(refunds).where(eq(refunds.ticketId, id));
  const made = (await books()).made.filter((one) => one.paymentId === paymentId).length;
  const { status, attempts, leaseUntil, gatewayRefundId } = refund ?? {};
  const isSo =
    status === 'PROCESSING' &&
    attempts === expected.claims &&
    (leaseUntil !== null) === expected.claims > 0 &&
    gatewayRefundId === null &&
    made === expected.made;
  return isSo
    ? null
    : `${made} refunds made, ${JSON.stringify({ status, attempts, leaseUntil, gatewayRefundId })}`;
}

async function cancelledMessage({ db }: Stage, { id }: TicketToCancel, channel: 'EMAIL' | 'SMS') {
  const itself = and(
    eq(notifications.ticketId, id),
    eq(notifications.event, 'TICKET_CANCELLED'),
    eq(notifications.channel, channel),
  );
  const [row] = await db.select().from(notifications).where(itself);
  return row;
}
