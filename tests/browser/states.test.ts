import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancellableTicket, inspect, type Stage, signIn, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  // The demo's hold would be over before its turn.
  await stage.sql`update tickets set hold_expires_at = now() + interval '30 minutes' where status = 'PENDING_PAYMENT'`;
});
afterAll(() => stage.close());

interface Ticket {
  id: string;
  status: string;
  timing: string;
  canCancel: boolean;
  cancelDeadline: string;
  cancelledAt: string | null;
  holdExpiresAt: string | null;
  seatNumbers: string[];
  timeline: { type: string; at: string }[];
  show: { id: string; movie: { name: string } };
}

async function ticketOf(status: string, timing: string, canCancel = false): Promise<Ticket> {
  const { data } = await stage.ask(
    `{ myTickets(first: 50, filter: { status: ${status}, timing: ${timing} }) { nodes {
      id status timing canCancel cancelDeadline cancelledAt holdExpiresAt seatNumbers timeline { type at }
      show { id movie { name } } } } }`,
  );
  const ticket = data.myTickets.nodes.find((one: Ticket) => one.canCancel === canCancel);
  expect(ticket, `a ticket: ${status} ${timing}`).toBeDefined();
  return ticket;
}

async function openTicket(id: string): Promise<Page> {
  const page = await stage.open(`/tickets/${id}`);
  await page.getByRole('button', { name: 'Asha Rao' }).click();
  await page.getByRole('heading', { name: 'Seats' }).waitFor();
  return page;
}

/** "4:45 PM", as the theatres' clocks show it. */
const clock = (instant: string | null | undefined) =>
  new Date(instant ?? '')
    .toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'Asia/Kolkata' })
    .replace(':00', '')
    .replace(/\s/, '\u00a0');

const DAY = String.raw`(today|tomorrow|yesterday|(on )?\w{3}, \d{1,2} \w{3,4}(,? \d{4})?)`;

describe('a ticket says what its seats are to the person, and until when or why not it can be cancelled:', () => {
  it.each([
    {
      state: 'confirmed',
      find: () => ticketOf('CONFIRMED', 'UPCOMING', true),
      seats: 'Yours',
      words: ({ cancelDeadline }: Ticket) => `You can cancel until ${DAY} at ${clock(cancelDeadline)}\\.`,
    },
    {
      state: 'past its deadline',
      find: () => ticketOf('CONFIRMED', 'UPCOMING'),
      seats: 'Yours',
      words: ({ cancelDeadline }: Ticket) =>
        `It is too late to cancel\\. You could cancel until ${DAY} at ${clock(cancelDeadline)}, 1 hour before the show\\.`,
    },
    {
      state: 'of a past show',
      find: () => ticketOf('CONFIRMED', 'PAST'),
      seats: 'Yours',
      words: ({ cancelDeadline }: Ticket) =>
        `The show is over\\. You could cancel until ${DAY} at ${clock(cancelDeadline)}, 1 hour before the show\\.`,
    },
    {
      state: 'a hold',
      find: () => ticketOf('PENDING_PAYMENT', 'UPCOMING'),
      seats: 'Held for you',
      words: ({ holdExpiresAt }: Ticket) =>
        `We are holding your seats until ${DAY} at ${clock(holdExpiresAt)}\\. There is no need to cancel: if you do not pay by then, you owe nothing\\.`,
    },
    {
      state: 'a hold that was not paid',
      find: () => ticketOf('EXPIRED', 'PAST'),
      seats: 'No longer held for you',
      words: ({ timeline }: Ticket) =>
        `You did not pay in time, so you lost the seats ${DAY} at ${clock(timeline.at(-1)?.at)}\\. You owe nothing\\.`,
    },
    {
      state: 'cancelled',
      find: () => ticketOf('CANCELLED', 'PAST'),
      seats: 'No longer yours',
      words: ({ cancelledAt }: Ticket) => `This booking was cancelled ${DAY} at ${clock(cancelledAt)}\\.`,
    },
  ])(
    '$state',
    async ({ state, find, seats, words }) => {
      const ticket = await find();
      const page = await openTicket(ticket.id);
      await page.getByText(new RegExp(`^${words(ticket)}$`)).waitFor();
      expect(await page.getByRole('button', { name: 'Cancel booking' }).count()).toBe(
        ticket.canCancel ? 1 : 0,
      );

      await page.getByRole('img', { name: `. ${seats}: ${ticket.seatNumbers.join(', ')}.` }).waitFor();
      expect(await page.locator('.legend li').first().innerText()).toBe(seats);
      const areTheirs = ticket.status === 'CONFIRMED' || ticket.status === 'PENDING_PAYMENT';
      const marked = {
        own: await page.locator('.seat.own').count(),
        former: await page.locator('.seat.former').count(),
      };
      const count = ticket.seatNumbers.length;
      expect(marked).toEqual(areTheirs ? { own: count, former: 0 } : { own: 0, former: count });
      await inspect(page, `state-${state.replaceAll(' ', '-')}`);

      // The list gives the same reason, unless the show itself is the reason.
      await page.goto(`${stage.origin}/?status=${ticket.status}`);
      const card = page.locator('.card').filter({ has: page.locator(`a[href="/tickets/${ticket.id}"]`) });
      await card.waitFor();
      const reasons = await card.getByText(new RegExp(`^${words(ticket)}$`)).count();
      expect(reasons).toBe(ticket.timing === 'PAST' ? 0 : 1);
      await page.context().close();
    },
    60_000,
  );

  it('as its own policy has it', async () => {
    const { id } = await ticketOf('CONFIRMED', 'UPCOMING');
    const [before] = await stage.sql`select policy_id from tickets where id = ${id}`;
    for (const [cutoff, words] of [
      [90, /, 1 hour 30 minutes before the show\.$/],
      [2_880, /, 48 hours before the show\.$/],
    ] as const) {
      const policy = `policy-cutoff-${cutoff}-v1`;
      await stage.sql`
        insert into cancellation_policies
        select (jsonb_populate_record(p, ${stage.sql.json({ id: policy, name: policy, cutoff_minutes: cutoff })})).*
        from cancellation_policies p where id = ${before?.policy_id}`;
      await stage.sql`update tickets set policy_id = ${policy} where id = ${id}`;
      const page = await openTicket(id);
      await page.getByText(words).waitFor();
      await page.context().close();
    }
    await stage.sql`update tickets set policy_id = ${before?.policy_id} where id = ${id}`;
  }, 60_000);
});

describe('while a ticket is open', () => {
  it('its hold runs out: the page says so, without a reload', async () => {
    const { id, seatNumbers } = await ticketOf('PENDING_PAYMENT', 'UPCOMING');
    const page = await stage.open();
    await page.clock.install();
    await signIn(page);
    await page.goto(`${stage.origin}/tickets/${id}`);
    await page.getByRole('img', { name: `. Held for you: ${seatNumbers.join(', ')}.` }).waitFor();
    await stage.sql`update tickets set hold_expires_at = now() where id = ${id}`;
    const status = async () => (await stage.ask(`{ ticket(id: "${id}") { status } }`)).data.ticket.status;
    await expect.poll(status, { timeout: 60_000 }).toBe('EXPIRED');
    await page.clock.fastForward(31_000);
    await page.getByRole('img', { name: `. No longer held for you: ${seatNumbers.join(', ')}.` }).waitFor();
    await page.getByText(/^You did not pay in time, so you lost the seats today at \d/).waitFor();
    await page.getByText('You did not pay.', { exact: true }).waitFor();
    await page.context().close();
  }, 120_000);

  it('its deadline passes: the button makes way for the reason; and a lost connection takes nothing away', async () => {
    const { id, show } = await cancellableTicket(stage);
    const page = await stage.open();
    await page.clock.install();
    await signIn(page);
    await page.goto(`${stage.origin}/tickets/${id}`);
    await page.getByRole('button', { name: 'Cancel booking' }).waitFor();

    await page.context().setOffline(true);
    const failed = page.waitForEvent('requestfailed');
    await page.clock.fastForward(31_000);
    await failed;
    await page.getByRole('img', { name: `QR code of ticket ${id}` }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.context().setOffline(false);

    await stage.sql`update shows set start_time = now() + interval '30 minutes', end_time = now() + interval '4 hours' where id = ${show.id}`;
    await page.clock.fastForward(31_000);
    await page.getByText(/^It is too late to cancel\. You could cancel until \w+ at \d/).waitFor();
    expect(await page.getByRole('button', { name: 'Cancel booking' }).count()).toBe(0);

    await stage.sql`update shows set start_time = now() - interval '30 minutes', end_time = now() + interval '3 hours' where id = ${show.id}`;
    await page.clock.fastForward(31_000);
    await page.getByText(/^The show has started\. You could cancel until \w+ at \d/).waitFor();
    await page.context().close();
  }, 60_000);
});

it('says why no refund arrives, in place of a date', async () => {
  const { id } = await ticketOf('CANCELLED', 'PAST');
  const reason = 'The payment is too old for the bank to refund. Please contact support.';
  await stage.sql`update refunds set status = 'FAILED', failure_reason = ${reason}, processed_at = null where ticket_id = ${id}`;
  const page = await openTicket(id);
  const refund = page.getByRole('region', { name: 'Refund' });
  await refund.getByText('Refund failed').waitFor();
  await refund.getByText(reason).waitFor();
  expect(await refund.innerText()).not.toContain('Expected');
  // Nothing came back: the payment must not say so.
  expect(await page.getByText('Refunded', { exact: true }).count()).toBe(0);
  await inspect(page, 'refund-failed');

  await stage.sql`update refunds set status = 'NOT_REQUIRED', failure_reason = null, bank_reference = null,
    refund_amount = 0, cancellation_fee = original_amount where ticket_id = ${id}`;
  await page.reload();
  await refund.getByText('No refund').waitFor();
  await refund.getByText('The fee is as high as what you paid, so there is nothing to send back.').waitFor();
  await page.context().close();
}, 60_000);

it('has a sign-in, an empty filter and a lost connection that say what to do', async () => {
  const page = await stage.open();
  await page.getByText('This is a demo. Choose a person to see their bookings.').waitFor();
  await signIn(page, 'Kabir Sethi');
  await page.getByText('When you book a movie, your ticket appears here.').waitFor();
  await page.getByRole('combobox', { name: 'Status' }).selectOption('Cancelled');
  await page.getByRole('heading', { name: 'No matching bookings' }).waitFor();
  await page.getByText('Choose another filter to see more.').waitFor();
  await inspect(page, 'no-matching-bookings');
  await page.context().close();

  const away = await stage.open();
  await away.route('**/demo/users', (route) => route.abort());
  await away.reload();
  await away.getByRole('heading', { name: 'We cannot reach Usher' }).waitFor();
  await away.getByText('Check your internet connection, or try again in a minute.').waitFor();
  await away.unroute('**/demo/users');
  await away.route('**/demo/users', (route) => route.fulfill({ status: 404, body: '' }));
  await away.getByRole('button', { name: 'Try again' }).click();
  await away.getByLabel('Access token').waitFor();
  await inspect(away, 'sign-in-with-token');
  await away.context().close();
}, 60_000);
