import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancellableTicket, inspect, type Stage, startStage } from './stage.ts';

let stage: Stage;
/** The Travel Desk's: attempts of its own. */
let deskToken = '';
beforeAll(async () => {
  stage = await startStage();
  const users = await (await fetch(`${stage.origin}/demo/users`)).json();
  deskToken = users.find(({ name }: { name: string }) => name.startsWith('Travel Desk')).token;
});
// Together they try more often than one person may in an hour.
beforeEach(() => stage.sql`delete from cancellation_attempts`);
afterAll(() => stage.close());

interface Ticket {
  id: string;
  seats: { id: string; row: string; number: string }[];
}

const label = ({ row, number }: Ticket['seats'][number]) => `${row}${number}`;

/** Most tickets of the demo are sold under version 1, which forbids to cancel some of the seats. */
async function sellUnder(policy: string, ticketId: string): Promise<void> {
  await stage.sql`update tickets set policy_id = ${policy} where id = ${ticketId}`;
}

/** A policy like FLAT_10's second version, but for some columns. */
async function addPolicy(id: string, columns: Record<string, string | number[]>): Promise<string> {
  await stage.sql`
    insert into cancellation_policies
    select (jsonb_populate_record(p, ${stage.sql.json({ id, name: id, ...columns })})).*
    from cancellation_policies p where id = 'policy-flat-10-v2'`;
  return id;
}

async function seatsOf(ticketId: string, token: string): Promise<Ticket['seats']> {
  const { data } = await stage.ask(`{ ticket(id: "${ticketId}") { seats { id row number } } }`, token);
  return data.ticket.seats;
}

/** A ticket of the Travel Desk with this many seats, sold under a policy. */
async function deskTicket(seats: number, policy = 'policy-flat-10-v2'): Promise<Ticket> {
  const [row] = await stage.sql`
    select t.id from tickets t join shows s on s.id = t.show_id
    where t.user_id = (select user_id from tickets where id = ${(await cancellableTicket(stage, null, deskToken)).id})
      and t.status = 'CONFIRMED' and s.start_time > now() + interval '3 hours' and t.policy_id like '%-v1'
      and (select count(*) from ticket_seats x where x.ticket_id = t.id) = ${seats}
    limit 1`;
  expect(row, `a ticket of ${seats} seats`).toBeDefined();
  await sellUnder(policy, row?.id);
  return { id: row?.id, seats: await seatsOf(row?.id, deskToken) };
}

async function askToCancel(ticketId: string, user = 'Travel Desk'): Promise<[Page, Locator]> {
  const page = await stage.open(`/tickets/${ticketId}`);
  await page.getByRole('button', { name: user }).click();
  await page.getByRole('button', { name: 'Cancel booking' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('fee applies').waitFor();
  return [page, dialog];
}

async function cancelElsewhere(ticketId: string, seatId: string): Promise<void> {
  const { data } = await stage.ask(
    `mutation { cancelSeats(ticketId: "${ticketId}", seatIds: ["${seatId}"]) { __typename } }`,
    deskToken,
  );
  expect(data.cancelSeats.__typename).toBe('SeatsCancelled');
}

const isFocused = (locator: Locator) => locator.evaluate((element) => element === document.activeElement);

it('a person cancels one of two seats by keyboard, keeps the other, and cancels it later', async () => {
  const { id } = await cancellableTicket(stage, '370.00');
  await sellUnder('policy-flat-10-v2', id);
  const [one, two] = (await seatsOf(id, stage.token)).map(label);
  const page = await stage.open(`/tickets/${id}`);
  await page.getByRole('button', { name: 'Asha Rao' }).click();
  const qr = page.getByRole('img', { name: `QR code of ticket ${id}` });
  const code = await qr.getAttribute('src');
  const sent: { operationName: string; variables: Record<string, unknown> }[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/graphql')) sent.push(request.postDataJSON());
  });

  const opener = page.getByRole('button', { name: 'Cancel booking' });
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Cancel booking?' });
  const choice = dialog.getByRole('group', { name: 'Which seats do you want to cancel?' });
  const boxes = choice.getByRole('checkbox');
  // All are chosen: who wants all back confirms, as before.
  await dialog.getByText('₹37 fee applies').waitFor();
  await dialog.getByText('₹333').waitFor();
  expect(await boxes.count()).toBe(2);
  expect(await boxes.evaluateAll((all) => all.every((box) => (box as HTMLInputElement).checked))).toBe(true);
  await inspect(page, 'cancel-choose', false);

  await page.keyboard.press('Tab');
  expect(await isFocused(choice.getByRole('checkbox', { name: new RegExp(`^${one} .*₹185 paid$`) }))).toBe(
    true,
  );
  await page.keyboard.press('Tab');
  const second = choice.getByRole('checkbox', { name: new RegExp(`^${two} `) });
  expect(await isFocused(second)).toBe(true);
  await page.keyboard.press('Space');
  await dialog.getByText('₹18.50 fee applies').waitFor();
  await dialog.getByText('₹166.50').waitFor();
  expect(await second.isChecked()).toBe(false);
  expect(await isFocused(second)).toBe(true);
  expect(await dialog.locator('.seat.chosen').count()).toBe(1);
  expect(await dialog.locator('.seat.kept').textContent()).toBe(two?.slice(1));
  await inspect(page, 'cancel-one-seat', false);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  expect(await isFocused(dialog.getByRole('button', { name: `Cancel ${one}` }))).toBe(true);
  await page.keyboard.press('Enter');

  const done = page.getByRole('dialog', { name: 'Seats cancelled' });
  await done.getByText(`${one} is no longer yours. Your ticket stays valid for ${two}`).waitFor();
  await done
    .getByRole('region', { name: `Refund of ${one}` })
    .getByText('₹166.50')
    .waitFor();
  await done.getByText('Refund sent').waitFor({ timeout: 120_000 });
  await inspect(page, 'cancelled-one-seat', false);
  await page.keyboard.press('Escape');
  await done.waitFor({ state: 'detached' });
  expect(await isFocused(opener)).toBe(true);
  const keyed = sent.filter(({ operationName }) => /^Cancel/.test(operationName));
  expect(keyed.map(({ operationName }) => operationName)).toEqual(['CancelSeats']);
  expect(keyed[0]?.variables).toMatchObject({ expectedRefund: '166.50' });

  // What stays: the badge, the code, the seat. What went: said in words, and on the map.
  await page.getByText('Confirmed', { exact: true }).waitFor();
  expect(await qr.getAttribute('src')).toBe(code);
  const header = page.locator('.stub');
  expect(await header.locator('.seats').allInnerTexts()).toEqual([two, `${one} cancelled`]);
  expect(await header.locator('s').innerText()).toBe(one);
  await page.getByRole('img', { name: `No longer yours: ${one}. Yours: ${two}.` }).waitFor();
  expect(await page.locator('.seat.own').count()).toBe(1);
  expect(await page.locator('.seat.former').count()).toBe(1);
  const refund = page.getByRole('region', { name: `Refund of ${one}`, exact: true });
  await refund.getByText('₹166.50').waitFor();
  await refund.getByText('Refund sent').waitFor();
  await page.getByRole('listitem').getByText(`Seats cancelled: ${one}`).waitFor();
  await page.getByRole('listitem').getByText(`Refund sent: ${one}`).waitFor();
  await page.getByText('Refund of cancelled seats').waitFor();
  await inspect(page, 'details-one-seat-cancelled');

  await page.getByRole('link', { name: 'All bookings' }).click();
  const card = page.getByRole('listitem').filter({ hasText: '1 of 2 seats cancelled' });
  await card.getByText('₹370 for 2 seats').waitFor();
  expect(await card.locator('.seats').innerText()).toBe(two);
  await inspect(page, 'list-one-seat-cancelled', false);

  // The last seat: nothing to choose, and the ticket is gone with it.
  await card.getByRole('button', { name: /^Cancel / }).click();
  await dialog.getByText('₹166.50').waitFor();
  expect(await dialog.getByRole('checkbox').count()).toBe(0);
  expect(await dialog.getByText('as a whole').count()).toBe(0);
  await dialog.getByRole('button', { name: 'Cancel booking' }).click();
  const over = page.getByRole('dialog', { name: 'Booking cancelled' });
  await over.getByText('Your ticket is no longer valid').waitFor();
  await over
    .getByRole('region', { name: `Refund of ${two}`, exact: true })
    .getByText('₹166.50')
    .waitFor();
  expect(await over.getByRole('region').count()).toBe(1);
  await over.getByRole('button', { name: 'Close' }).click();

  await page.goto(`${stage.origin}/tickets/${id}`);
  await page.getByText(/^This booking was cancelled today at \d/).waitFor();
  await page.getByRole('img', { name: `No longer yours: ${one}, ${two}.` }).waitFor();
  for (const seat of [one, two])
    await page
      .getByRole('region', { name: `Refund of ${seat}`, exact: true })
      .getByText('₹166.50')
      .waitFor();
  expect(await qr.count()).toBe(0);
  await inspect(page, 'details-both-seats-cancelled');
  await page.context().close();
}, 300_000);

it('a person who keeps all seats chosen cancels the ticket as before', async () => {
  const { id } = await deskTicket(2);
  const [page, dialog] = await askToCancel(id);
  const [request] = await Promise.all([
    page.waitForRequest((one) => /^Cancel/.test(one.postDataJSON()?.operationName ?? '')),
    dialog.getByRole('button', { name: 'Cancel booking' }).click(),
  ]);
  expect(request.postDataJSON().operationName).toBe('CancelTicket');
  await page.getByRole('dialog', { name: 'Booking cancelled' }).waitFor();
  await page.context().close();
});

describe('the choice', () => {
  it('is the same on the map and in the list, and of nothing is refused with a reason', async () => {
    const { id, seats } = await deskTicket(3);
    const [page, dialog] = await askToCancel(id);
    const boxes = dialog.getByRole('checkbox');
    await dialog.locator('.seat.chosen label').first().click();
    expect(await boxes.first().isChecked()).toBe(false);
    expect(await dialog.locator('.seat.kept').count()).toBe(1);
    await dialog.getByRole('button', { name: `Cancel ${seats.slice(1).map(label).join(', ')}` }).waitFor();
    await boxes.nth(1).uncheck();
    await boxes.nth(2).uncheck();
    await dialog.getByText('Choose at least one seat to cancel.').waitFor();
    expect(await dialog.locator('.seat.chosen').count()).toBe(0);
    const button = dialog.getByRole('button', { name: 'Cancel seats' });
    expect(await button.isDisabled()).toBe(true);
    const description = await button.getAttribute('aria-describedby');
    expect(await page.locator(`[id="${description}"]`).innerText()).toBe(
      'Choose at least one seat to cancel.',
    );
    await inspect(page, 'cancel-nothing-chosen', false);
    await boxes.nth(2).check();
    await dialog.getByText('fee applies').waitFor();
    expect(await dialog.getByRole('button', { name: /^Cancel / }).isDisabled()).toBe(false);
    await page.context().close();
  });

  it('of seats that would give back less than one rupee says so', async () => {
    const policy = await addPolicy('policy-nearly-all', { tier_fee_bps: [9_980] });
    const { id } = await deskTicket(2, policy);
    const [page, dialog] = await askToCancel(id);
    await dialog.getByRole('checkbox').first().uncheck();
    await dialog.getByText('less than ₹1, the least that can be refunded').waitFor();
    expect(await dialog.getByRole('button', { name: /^Cancel / }).isDisabled()).toBe(true);
    expect(await dialog.getByText('You get back').count()).toBe(0);
    await inspect(page, 'cancel-too-little', false);
    await page.context().close();
  });

  it('is not offered where the policy takes the ticket as a whole only', async () => {
    const { id } = await deskTicket(2, 'policy-flat-10-v1');
    const [page, dialog] = await askToCancel(id);
    await dialog.getByText('This booking can only be cancelled as a whole.').waitFor();
    expect(await dialog.getByRole('checkbox').count()).toBe(0);
    await page.context().close();
  });

  it('of a seat that was cancelled elsewhere is narrowed to what is left', async () => {
    const { id, seats } = await deskTicket(3);
    const [page, dialog] = await askToCancel(id);
    const [first, second] = seats;
    await dialog.getByRole('checkbox').nth(2).uncheck();
    await dialog.getByText('fee applies').waitFor();
    await cancelElsewhere(id, first?.id ?? '');
    await dialog.getByRole('button', { name: /^Cancel / }).click();
    await dialog.getByText(`Already cancelled: ${first && label(first)}`).waitFor();
    await dialog.getByRole('button', { name: `Cancel ${second && label(second)}`, exact: true }).waitFor();
    expect(await dialog.getByRole('checkbox').count()).toBe(2);
    await inspect(page, 'cancel-seat-unavailable', false);

    // This time it shows with the quote.
    await cancelElsewhere(id, second?.id ?? '');
    await dialog.getByRole('checkbox').nth(1).check();
    await dialog.getByText(`${second && label(second)} is already cancelled.`).waitFor();
    await dialog.getByRole('button', { name: 'Cancel booking' }).waitFor();
    expect(await dialog.getByRole('checkbox').count()).toBe(1);
    await page.context().close();
  });

  it('at another refund than was shown is asked for again', async () => {
    const { id, seats } = await deskTicket(2);
    const [page, dialog] = await askToCancel(id);
    await dialog.getByRole('checkbox').nth(1).uncheck();
    const button = dialog.getByRole('button', { name: `Cancel ${seats[0] && label(seats[0])}`, exact: true });
    await expect.poll(() => button.isEnabled()).toBe(true);
    await sellUnder(await addPolicy('policy-flat-30', { tier_fee_bps: [3_000] }), id);
    await button.click();
    await dialog.getByText('Your refund has changed').waitFor();
    await dialog.getByText('Cancellation fee (30%)').waitFor();
    expect(await dialog.getByRole('checkbox').nth(1).isChecked()).toBe(false);
    await button.click();
    await page.getByRole('dialog', { name: 'Seats cancelled' }).waitFor();
    await page.context().close();
  });

  it('is cancelled once, and has a key of its own', async () => {
    const { id } = await deskTicket(3);
    const [page, dialog] = await askToCancel(id);
    const keys: unknown[] = [];
    await page.route('**/graphql', async (route) => {
      const { operationName, variables } = route.request().postDataJSON();
      if (operationName !== 'CancelSeats') return route.continue();
      keys.push(variables.idempotencyKey);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      await route.abort('connectionreset');
    });
    await dialog.getByRole('checkbox').first().uncheck();
    await dialog.getByText('fee applies').waitFor();
    await dialog.getByRole('button', { name: /^Cancel / }).click();
    await dialog.getByText('may or may not be cancelled').waitFor();
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('dialog', { name: 'Seats cancelled' }).waitFor();
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    const [row] = await stage.sql`select count(*)::int from refunds where ticket_id = ${id}`;
    expect(row?.count).toBe(1);
    await page.context().close();
  });
});
