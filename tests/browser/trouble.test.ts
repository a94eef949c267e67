import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancellableTicket, inspect, type Stage, signIn, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

/** A window in which the dialog of a ticket asks. */
async function askToCancel(id: string, user = 'Asha Rao'): Promise<Page> {
  const page = await stage.open(`/tickets/${id}`);
  await page.getByRole('button', { name: user }).click();
  await page.getByRole('button', { name: 'Cancel booking' }).click();
  await page.getByText('fee applies').waitFor();
  return page;
}

const confirm = (page: Page) =>
  page.getByRole('dialog').getByRole('button', { name: 'Cancel booking' }).click();

async function stateOf(id: string) {
  const [row] = await stage.sql`
    select t.status,
      (select count(*)::int from refunds r where r.ticket_id = t.id) as refunds,
      (select count(*)::int from ticket_events e where e.ticket_id = t.id and e.type = 'CANCELLED') as cancellations
    from tickets t where t.id = ${id}`;
  return row;
}

const ONCE = { status: 'CANCELLED', refunds: 1, cancellations: 1 };
/** In words of the page: the API's own name no time. */
const TOO_LATE =
  /^It is too late to cancel\. You could cancel until (today|yesterday|tomorrow) at \d+(:\d\d)?\s[AP]M, 1 hour before the show\.$/;
const NOT = { status: 'CONFIRMED', refunds: 0, cancellations: 0 };

/** Each has tickets of their own, and their own five attempts an hour. */
let deskToken = '';
beforeAll(async () => {
  const users = await (await fetch(`${stage.origin}/demo/users`)).json();
  deskToken = users.find(({ name }: { name: string }) => name.startsWith('Travel Desk')).token;
});

describe('in trouble:', () => {
  it('two tabs cancel the same ticket: one does, the other is told, the money goes back once', async () => {
    const { id } = await cancellableTicket(stage);
    const [first, second] = await Promise.all([askToCancel(id), askToCancel(id)]);
    await confirm(first);
    await first.getByRole('dialog', { name: 'Booking cancelled' }).waitFor();
    await confirm(second);
    await second
      .getByRole('dialog', { name: 'You cannot cancel' })
      .getByText(/^This booking was cancelled today at \d/)
      .waitFor();
    await inspect(second, 'already-cancelled', false);
    await second.getByRole('button', { name: 'Close' }).click();
    await second.getByRole('region', { name: 'Refund' }).waitFor();
    expect(await stateOf(id)).toEqual(ONCE);
    await first.context().close();
    await second.context().close();
  });

  it('the deadline passes while the dialog is open: it says so by itself', async () => {
    const { id, show } = await cancellableTicket(stage);
    const [before] = await stage.sql`select start_time, end_time from shows where id = ${show.id}`;
    await stage.sql`update shows set start_time = now() + interval '1 hour 6 seconds', end_time = now() + interval '4 hours' where id = ${show.id}`;
    const page = await askToCancel(id);
    await page
      .getByRole('dialog', { name: 'You cannot cancel' })
      .getByText(TOO_LATE)
      .waitFor({ timeout: 20_000 });
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Cancel booking' }).count()).toBe(0);
    await inspect(page, 'too-late', false);
    expect(await stateOf(id)).toEqual(NOT);
    await stage.sql`update shows set start_time = ${before?.start_time}, end_time = ${before?.end_time} where id = ${show.id}`;
    await page.context().close();
  });

  it('the show is moved closer before the person agrees: nothing is cancelled too late', async () => {
    const { id, show } = await cancellableTicket(stage);
    const [before] = await stage.sql`select start_time, end_time from shows where id = ${show.id}`;
    const page = await askToCancel(id);
    await stage.sql`update shows set start_time = now() + interval '30 minutes', end_time = now() + interval '4 hours' where id = ${show.id}`;
    await confirm(page);
    await page.getByRole('dialog', { name: 'You cannot cancel' }).getByText(TOO_LATE).waitFor();
    expect(await stateOf(id)).toEqual(NOT);
    await stage.sql`update shows set start_time = ${before?.start_time}, end_time = ${before?.end_time} where id = ${show.id}`;
    await page.context().close();
  });

  it('the refund is another one than was shown: the new one is shown, and asked for again', async () => {
    const [tiered] = await stage.sql`
      select t.id, t.show_id, s.start_time, s.end_time from tickets t join shows s on s.id = t.show_id
      where t.user_id = 'user-asha' and t.status = 'CONFIRMED' and t.policy_id like 'policy-tiered-10-20-%'
        and s.start_time > now() + interval '25 hours' limit 1`;
    const page = await askToCancel(tiered?.id);
    await page.getByText('Cancellation fee (10%)').waitFor();
    await stage.sql`update shows set start_time = now() + interval '20 hours', end_time = now() + interval '23 hours' where id = ${tiered?.show_id}`;
    await confirm(page);
    await page.getByText('Your refund has changed').waitFor();
    await page.getByText('Cancellation fee (20%)').waitFor();
    await inspect(page, 'quote-changed', false);
    expect(await stateOf(tiered?.id)).toEqual(NOT);
    await confirm(page);
    await page.getByRole('dialog', { name: 'Booking cancelled' }).waitFor();
    expect(await stateOf(tiered?.id)).toEqual(ONCE);
    await page.context().close();
  });

  it('offline before the request: it is sent by itself when the connection is back', async () => {
    const { id } = await cancellableTicket(stage, null, deskToken);
    const page = await askToCancel(id, 'Travel Desk');
    await page.context().setOffline(true);
    await confirm(page);
    await page.getByText('We got no answer').waitFor();
    await inspect(page, 'connection-lost', false);
    expect(await stateOf(id)).toEqual(NOT);
    await page.context().setOffline(false);
    await page.getByRole('dialog', { name: 'Booking cancelled' }).waitFor();
    expect(await stateOf(id)).toEqual(ONCE);
    await page.context().close();
  });

  it('offline in mid-cancel, the answer lost after the commit: trying again gives the first answer', async () => {
    const { id } = await cancellableTicket(stage, null, deskToken);
    const page = await askToCancel(id, 'Travel Desk');
    const keys: string[] = [];
    let isLost = false;
    await page.route('**/graphql', async (route) => {
      const { operationName, variables } = route.request().postDataJSON();
      if (operationName !== 'CancelTicket') return route.continue();
      keys.push(variables.idempotencyKey);
      if (isLost) return route.continue();
      isLost = true;
      // It reaches the server, but its answer does not reach the page.
      await route.fetch();
      await route.abort('connectionreset');
    });
    await confirm(page);
    await page.getByText('We got no answer').waitFor();
    expect(await stateOf(id)).toEqual(ONCE);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('dialog', { name: 'Booking cancelled' }).waitFor();
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(await stateOf(id)).toEqual(ONCE);
    await page.context().close();
  });

  it('an error of the API: it is told in plain words, not in those for developers', async () => {
    const { id } = await cancellableTicket(stage, null, deskToken);
    const page = await askToCancel(id, 'Travel Desk');
    const error = { message: 'expectedRefund: not a Decimal.', extensions: { code: 'BAD_USER_INPUT' } };
    await page.route('**/graphql', (route) =>
      route.request().postDataJSON().operationName === 'CancelTicket'
        ? route.fulfill({ json: { data: { cancelTicket: null }, errors: [error] } })
        : route.continue(),
    );
    await confirm(page);
    await page.getByText('Something went wrong, and nothing was cancelled.').waitFor();
    expect(await page.getByText('expectedRefund').count()).toBe(0);
    await page.context().close();
  }, 60_000);

  it('too many attempts: it says until when to wait', async () => {
    const { id } = await cancellableTicket(stage, null, deskToken);
    for (let attempt = 0; attempt < 5; attempt += 1)
      await stage.ask(
        `mutation { cancelTicket(id: "${id}", expectedRefund: "0.01") { message } }`,
        deskToken,
      );
    const page = await askToCancel(id, 'Travel Desk');
    await confirm(page);
    await page
      .getByText(
        /tried to cancel too many times\. Please wait until (today|tomorrow) at \d+(:\d\d)?\s[AP]M, then/,
      )
      .waitFor();
    await inspect(page, 'rate-limited', false);
    expect(await stateOf(id)).toEqual(NOT);
    await page.context().close();
  });

  it('no connection when the list is opened: it says so, and can be tried again', async () => {
    const page = await stage.open();
    await page.route('**/graphql', (route) => route.abort());
    await signIn(page, 'Kabir Sethi');
    await page.getByRole('heading', { name: 'We cannot load your bookings' }).waitFor();
    await inspect(page, 'list-error');
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'No bookings yet' }).waitFor();
    await page.context().close();
  });
});
