import { devices } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancellableTicket, inspect, type Stage, signIn, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());

describe('a person', () => {
  it('signs in, finds a booking, opens it, cancels it, and sees the refund arrive without a reload', async () => {
    // Which movie it is for depends on the time of the day.
    const { id, seatNumbers, show } = await cancellableTicket(stage, '370.00');
    const movie = show.movie.name;
    const page = await stage.open();
    await page.getByRole('button', { name: 'Asha Rao' }).waitFor();
    await inspect(page, 'sign-in');
    await signIn(page);

    const card = page.getByRole('listitem').filter({ hasText: '₹370' });
    await card.getByText(seatNumbers.join(', ')).waitFor();
    expect(await card.innerText()).toMatch(/(Today|Tomorrow) \d+(:\d\d)?\s[AP]M/);
    await inspect(page, 'list');

    await card.getByRole('link', { name: movie }).click();
    await page.getByRole('heading', { name: movie, level: 1 }).waitFor();
    expect(await page.title()).toBe(`${movie} · My bookings`);
    await page.getByRole('img', { name: `Yours: ${seatNumbers.join(', ')}.` }).waitFor();
    expect(await page.locator('.seat.own').count()).toBe(seatNumbers.length);
    await page.getByRole('img', { name: `QR code of ticket ${id}` }).waitFor();
    expect(await page.getByText('Booking confirmed').count()).toBe(1);
    await inspect(page, 'details');

    await page.getByRole('button', { name: 'Cancel booking' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel booking?' });
    await dialog.getByText('₹37 fee applies').waitFor();
    await dialog.getByText('₹333').waitFor();
    await dialog.getByText('to where you paid from, in 3 to 5 business days.').waitFor();
    await inspect(page, 'cancel', false);
    await dialog.getByRole('button', { name: 'Cancel booking' }).click();

    const done = page.getByRole('dialog', { name: 'Booking cancelled' });
    await done.waitFor();
    await done.getByText(/in 3 to 5 business days\. Expected in your account by \d|^Sent today/).waitFor();
    await done.getByText('Refund sent').waitFor({ timeout: 120_000 });
    await done.getByText(/^Sent today at \d+(:\d\d)?\s[AP]M\. Expected in your account by \d/).waitFor();
    await inspect(page, 'cancelled', false);
    await done.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('region', { name: 'Refund' }).getByText('Refund sent').waitFor();
    await page.getByRole('listitem').getByText('Refund sent').waitFor();
    await page.getByText(/^This booking was cancelled today at \d/).waitFor();
    await page.getByRole('img', { name: `No longer yours: ${seatNumbers.join(', ')}.` }).waitFor();
    await page.getByRole('listitem').getByText('No longer yours', { exact: true }).waitFor();
    expect(await page.getByText('Yours', { exact: true }).count()).toBe(0);
    expect(await page.locator('.seat.own').count()).toBe(0);
    expect(await page.locator('.seat.former').count()).toBe(seatNumbers.length);
    expect(await page.getByRole('button', { name: 'Cancel booking' }).count()).toBe(0);
    await inspect(page, 'details-cancelled');

    await page.getByRole('link', { name: 'All bookings' }).click();
    await page.getByRole('combobox', { name: 'Status' }).selectOption('Cancelled');
    await page
      .getByRole('listitem')
      .filter({ hasText: '₹370' })
      .getByText('Cancelled', { exact: true })
      .waitFor();
    await page.context().close();
  });

  it('filters, and comes back to the same filters from a booking and after a reload', async () => {
    const page = await stage.open();
    await signIn(page);
    await page.getByText('Past', { exact: true }).first().click();
    await page.waitForURL(/when=PAST/);
    const badges = page.locator('.card .badge');
    const cancelButtons = page.getByRole('button', { name: /^Cancel / });
    // Until the filtered list has come, the whole one stays, which has past bookings, too.
    await expect
      .poll(async () => [(await badges.allInnerTexts()).includes('Past'), await cancelButtons.count()])
      .toEqual([true, 0]);
    await page.locator('.card a').first().click();
    await page.getByRole('heading', { name: 'Seats' }).waitFor();
    await page.goBack();
    const past = page.getByRole('radio', { name: 'Past' });
    await expect.poll(() => past.isChecked()).toBe(true);
    await page.reload();
    await expect.poll(() => past.isChecked()).toBe(true);
    await page.context().close();
  });

  it('with thousands of bookings gets more of them on scrolling', async () => {
    const page = await stage.open();
    await signIn(page, 'Travel Desk');
    await page.getByText('More than 1,000 bookings').waitFor();
    const cards = page.locator('.card');
    await expect.poll(() => cards.count()).toBeGreaterThanOrEqual(10);
    const before = await cards.count();
    await page.mouse.wheel(0, 20_000);
    await expect.poll(() => cards.count()).toBeGreaterThan(before);
    const ids = await page
      .locator('.card a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(new Set(ids).size).toBe(ids.length);
    await page.context().close();
  });

  it('without bookings is told so, and one whose session has ended signs in again', async () => {
    const page = await stage.open();
    await signIn(page, 'Kabir Sethi');
    await page.getByRole('heading', { name: 'No bookings yet' }).waitFor();
    await inspect(page, 'empty');
    await page.evaluate(() =>
      sessionStorage.setItem('my-bookings-session', JSON.stringify({ name: 'Kabir', token: 'not.a.token' })),
    );
    await page.reload();
    await page.getByText('You have been signed out').waitFor();
    await page.context().close();
  });

  it("is told that somebody else's ticket is none of theirs", async () => {
    const { id } = await cancellableTicket(stage);
    const page = await stage.open(`/tickets/${id}`);
    await page.getByRole('button', { name: 'Kabir Sethi' }).click();
    await page.getByRole('heading', { name: 'We cannot find this ticket' }).waitFor();
    await inspect(page, 'not-found');
    await page.context().close();
  });

  it('on a phone at night sees all of it without scrolling sideways', async () => {
    const { id } = await cancellableTicket(stage);
    const page = await stage.open('/', { ...devices['Pixel 7'], colorScheme: 'dark' });
    await signIn(page);
    await page.locator('.card').first().waitFor();
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await overflow()).toBe(0);
    await inspect(page, 'phone-list-dark', false);
    await page.goto(`${stage.origin}/tickets/${id}`);
    await page.getByRole('heading', { name: 'Seats' }).waitFor();
    expect(await overflow()).toBe(0);
    await inspect(page, 'phone-details-dark');
    await page.getByRole('button', { name: 'Cancel booking' }).click();
    await page.getByText('fee applies').waitFor();
    await inspect(page, 'phone-cancel-dark', false);
    await page.context().close();
  });

  it('with a keyboard only opens the dialog, stays in it, and is back at the button after Escape', async () => {
    const { id } = await cancellableTicket(stage);
    const page = await stage.open(`/tickets/${id}`);
    await page.getByRole('button', { name: 'Asha Rao' }).focus();
    await page.keyboard.press('Enter');
    const opener = page.getByRole('button', { name: 'Cancel booking' });
    await opener.waitFor();
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('fee applies').waitFor();
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement;
        return element === document.body || element?.closest('dialog') ? 'inside' : element?.textContent;
      });
    for (let press = 0; press < 6; press += 1) {
      await page.keyboard.press('Tab');
      expect(await focused()).toBe('inside');
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.context().close();
  });
});
