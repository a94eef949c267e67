import { mkdir } from 'node:fs/promises';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { runUsher, type UsherProcess } from '../support/usher-process.ts';
import { openBrowser } from './open-browser.ts';
import { SCREENSHOTS } from './stage.ts';

let database: TestDatabase;
let usher: UsherProcess;
let browser: Browser;
let page: Page;
let origin: string;
const foreign: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  usher = runUsher('src/main.ts', [], { DATABASE_URL: database.url, PORT: '0', ROLE: 'api' });
  await usher.until('Usher is ready');
  origin = /GraphQL +(http:\S+)\/graphql/.exec(usher.output())?.[1] ?? '';
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(blob|data):/.test(url)) foreign.push(url);
  });
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  // Below the time a test has, so that what fails is named.
  page.setDefaultTimeout(60_000);
  await mkdir(SCREENSHOTS, { recursive: true });
  // Its editor is megabytes of script, which a busy machine takes long to run.
  await page.goto(`${origin}/graphql`, { timeout: 60_000 });
  await page.locator('.graphiql-execute-button').waitFor();
});

afterAll(async () => {
  await browser?.close();
  usher?.child.kill('SIGTERM');
  await usher?.exit;
  await database?.close();
});

const TABS = [
  'MyTickets',
  'TicketDetails',
  'CancellationQuote',
  'Cancel',
  'CancelAgain',
  'SeatsQuote',
  'CancelSeats',
];

it('opens with seven tabs that all run', async () => {
  const answers = [];
  const sent = [];
  expect(await page.getByRole('tab').allInnerTexts()).toEqual(TABS);
  for (const [index, name] of TABS.entries()) {
    const operation = new RegExp(`^(query|mutation) ${name}\\b`, 'm');
    await page.getByRole('tab').getByRole('button', { name, exact: true }).click();
    await page.getByRole('tab', { selected: true }).getByText(name, { exact: true }).waitFor();
    await page.locator('.graphiql-query-editor .view-lines').getByText(name, { exact: true }).waitFor();
    // GraphiQL takes note of a new text a moment later, and then puts it into its address. It cannot run it before.
    await page.waitForURL(({ searchParams }) => operation.test(searchParams.get('query') ?? ''));
    const answered = page.waitForResponse((response) => operationOf(response) === name);
    await page.locator('.graphiql-execute-button').click();
    const response = await answered;
    sent.push(response.request().postDataJSON().variables);
    answers.push(await response.json());
    await page.locator('.graphiql-response .view-lines').getByText('"data"').waitFor();
    await page.screenshot({ path: `${SCREENSHOTS}/graphiql-${index + 1}.png` });
  }
  const [list, details, quote, cancelled, again, seatsQuote, seats] = answers;
  expect(list.data.myTickets.nodes).toHaveLength(5);
  expect(details.data.ticket.status).toBe('CONFIRMED');
  expect(quote.data.ticket.canCancel).toBe(true);
  expect(sent[3].expectedRefund).toBe(quote.data.ticket.cancellationQuote.refundAmount.amount);
  expect(sent[4]).toEqual(sent[3]);
  expect(cancelled.data.cancelTicket.__typename).toBe('TicketCancelled');
  expect(again).toEqual(cancelled);
  expect(sent[6].expectedRefund).toBe(seatsQuote.data.ticket.cancellationQuote.refundAmount.amount);
  expect(seats.data.cancelSeats).toMatchObject({ __typename: 'SeatsCancelled', status: 'CONFIRMED' });
});

function operationOf(response: Response): unknown {
  return response.request().postDataJSON()?.operationName;
}

it('shows the schema in the docs explorer', async () => {
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  const explorer = page.locator('.graphiql-doc-explorer');
  await explorer.getByText('Query', { exact: true }).click();
  await page.screenshot({ path: `${SCREENSHOTS}/graphiql-docs-query.png` });
  await explorer.getByText('Ticket', { exact: true }).click();
  await explorer.getByRole('link', { name: 'canCancel', exact: true }).waitFor();
  await page.screenshot({ path: `${SCREENSHOTS}/graphiql-docs-ticket.png` });
  const back = page.locator('.graphiql-doc-explorer-back');
  await back.filter({ hasText: 'Query' }).click();
  await back.filter({ hasText: 'Docs' }).click();
  await explorer.getByText('Mutation', { exact: true }).click();
  await explorer.getByText('cancelTicket', { exact: true }).click();
  await explorer.getByText('expectedRefund', { exact: true }).first().waitFor();
  await page.screenshot({ path: `${SCREENSHOTS}/graphiql-docs-cancel.png` });
});

it('asks no other machine, and the browser has nothing to complain of', () => {
  expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
});
