import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import postgres from 'postgres';
import { expect } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { runUsher } from '../support/usher-process.ts';
import { openBrowser } from './open-browser.ts';

/** Git-ignored; what is good there is copied into docs/images by hand. */
export const SCREENSHOTS = 'tests/browser/screenshots';

export interface Stage {
  origin: string;
  /** Of the demo user. */
  token: string;
  /** The database as an operator sees it. */
  sql: postgres.Sql;
  /** Asks the API itself. */
  ask(query: string, token?: string): Promise<Answer>;
  /** A window of somebody in India who has not signed in. Errors of its script fail the test that calls `close`. */
  open(path?: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: the queries are text, so their answers have no type.
type Answer = any;

/** Usher as `npm start` runs it, with the demo data in a database of its own, and a real browser. */
export async function startStage(): Promise<Stage> {
  const folder = await temporaryFolder('usher browser ');
  await mkdir(SCREENSHOTS, { recursive: true });
  const database = await createTestDatabase();
  const usher = runUsher('src/main.ts', [], {
    DATABASE_URL: database.url,
    DATA_FOLDER: join(folder, 'data'),
    PORT: '0',
  });
  await usher.until('Ctrl-C stops it');
  const origin = /GraphQL +(http\S+)\/graphql/.exec(usher.output())?.[1] ?? '';
  const token = /Token +(\S+)/.exec(usher.output())?.[1] ?? '';
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  const browser = await openBrowser();
  const failures: string[] = [];

  return {
    origin,
    token,
    sql,
    ask: async (query, as = token) => {
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${as}` },
        body: JSON.stringify({ query }),
      });
      return response.json();
    },
    open: async (path = '/', options = {}) => {
      const context = await browser.newContext({
        viewport: { width: 1100, height: 850 },
        timezoneId: 'Asia/Kolkata',
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      page.on('pageerror', (error) => failures.push(String(error)));
      page.on('console', (message) => {
        if (/Content Security Policy|Warning:/.test(message.text())) failures.push(message.text());
      });
      await page.goto(`${origin}${path}`);
      return page;
    },
    close: async () => {
      await browser.close();
      await sql.end();
      usher.child.kill('SIGTERM');
      await usher.exit;
      await database.close();
      expect(failures).toEqual([]);
    },
  };
}

export async function signIn(page: Page, name = 'Asha Rao'): Promise<void> {
  await page.getByRole('button', { name }).click();
  await page.getByRole('heading', { name: 'My bookings', level: 1 }).waitFor();
}

/** A ticket of the demo user that can be cancelled: the specification's of 370.00, or any other. */
export async function cancellableTicket({ ask, token }: Stage, total: string | null = null, as = token) {
  const { data } = await ask(
    '{ myTickets(first: 50, filter: { status: CONFIRMED, timing: UPCOMING }) { nodes { id canCancel totalAmount { amount } seatNumbers show { id movie { name } } } } }',
    as,
  );
  const ticket = data.myTickets.nodes.find(
    (one: Answer) => one.canCancel && (total === null || one.totalAmount.amount === total),
  );
  expect(ticket, 'a ticket that can be cancelled').toBeDefined();
  return ticket as { id: string; seatNumbers: string[]; show: { id: string; movie: { name: string } } };
}

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Takes a picture of a state, and has axe look for what keeps people out of it. */
export async function inspect(page: Page, name: string, fullPage = true): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage, animations: 'disabled' });
  await page.evaluate(axe);
  const violations = await page.evaluate('axe.run().then(({ violations }) => violations)');
  const found = (violations as { id: string; nodes: { html: string; failureSummary: string }[] }[]).map(
    ({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`) }),
  );
  expect(found, name).toEqual([]);
}
