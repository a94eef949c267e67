import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { allowForRealProcesses } from '../support/patiently.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR, MINUTE } from '../support/world.ts';
import { clients, folderOf } from './clients.ts';
import { generateClient } from './generate-client.ts';
import { replaceRelayTags } from './replace-relay-tags.ts';

allowForRealProcesses();

/** The example clients as a frontend developer has them: generated, then run against the server. */

const TITLE = 'Avengers: Endgame';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
});
afterAll(() => api.close());

describe.each(clients)('the $name client', (client) => {
  const user = `user-${client.name}`;
  const id = (name: string) => `TKT-${client.name}-${name}`;
  let folder = folderOf(client);
  let token: string;

  beforeAll(async () => {
    const { succeeded, output } = await generateClient(client);
    expect(succeeded, output).toBe(true);
    if (client.name === 'relay') folder = await replaceRelayTags(folder);
    token = await signToken(user, SECRET, TOKEN_RULES);
    const now = Date.now();
    const given = { userId: user, showStart: new Date(now + 6 * HOUR) };
    const bookings = ['first', 'second', 'third', 'fourth', 'parted', 'late', 'held'];
    for (const [index, name] of bookings.entries()) {
      await givenTicket(api.database.db, {
        ...given,
        id: id(name),
        bookingTime: new Date(now - (10 - index) * MINUTE),
        ...(name === 'late' ? { showStart: new Date(now + 30 * MINUTE) } : {}),
        ...(name === 'parted' ? { policyId: 'policy-flat-10-v2' } : {}),
        ...(name === 'held' ? { status: 'PENDING_PAYMENT' } : {}),
      });
    }
  });

  function run(...args: string[]): Promise<{ printed: string[]; failed: boolean }> {
    const env = { ...process.env, USHER_URL: `${api.origin}/graphql`, USHER_TOKEN: token };
    return new Promise((resolve) => {
      const program = ['--import', 'tsx', `${folder}/main.ts`, ...args];
      execFile(process.execPath, program, { env }, (error, stdout, stderr) =>
        resolve({ printed: `${stdout}${stderr}`.trim().split('\n'), failed: error !== null }),
      );
    });
  }

  it('lists every ticket, over several pages', async () => {
    const { printed } = await run('list');
    const confirmed = ['late', 'parted', 'fourth', 'third', 'second', 'first'];
    expect(printed).toEqual([
      `${id('held')} PENDING_PAYMENT ${TITLE} A1, A2 370.00`,
      ...confirmed.map((name) => `${id(name)} CONFIRMED ${TITLE} A1, A2 370.00`),
    ]);
  });

  it('shows a ticket with its quote', async () => {
    const { printed } = await run('show', id('first'));
    expect(printed[0]).toMatch(`CONFIRMED ${TITLE}, PVR Phoenix, Mumbai, `);
    expect(printed[1]).toBe('A1 ACTIVE 185.00, A2 ACTIVE 185.00');
    expect(printed[2]).toBe('Cancelling gives 333.00 back, fee 37.00, 3-5 business days.');
  });

  it('cancels for the quoted refund', async () => {
    const { printed } = await run('cancel', id('first'));
    expect(printed).toEqual(['Cancelled: 333.00 comes back in 3-5 business days.']);
    const again = await run('cancel', id('first'));
    expect(again.printed).toEqual(['It cannot be cancelled: it is CANCELLED.']);
  });

  it('gets the first answer when it sends the same key again', async () => {
    const cancel = () => run('cancel', id('second'), '333.00', `key-of-${user}`);
    const { printed } = await cancel();
    expect(printed).toEqual(['Cancelled: 333.00 comes back in 3-5 business days.']);
    expect((await cancel()).printed).toEqual(printed);
  });

  it('cancels one of the seats for the quoted refund, once', async () => {
    const cancel = () => run('cancel-seats', id('parted'), 'A2');
    expect((await cancel()).printed).toEqual(['Cancelled A2: 166.50 comes back in 3-5 business days.']);
    expect((await run('show', id('parted'))).printed[1]).toBe('A1 ACTIVE 185.00, A2 CANCELLED 185.00');
    expect((await cancel()).printed).toEqual(['Nothing was cancelled: A2 was cancelled before.']);
  });

  it('is told that a ticket can only be cancelled as a whole', async () => {
    const { printed } = await run('cancel-seats', id('fourth'), 'A1');
    expect(printed).toEqual(['Nothing was cancelled. This ticket can only be cancelled as a whole.']);
  });

  it('is told the new quote when it expected another refund', async () => {
    const { printed } = await run('cancel', id('third'), '370.00');
    expect(printed).toEqual(['Nothing was cancelled: 333.00 would come back now. Do you agree?']);
  });

  it('is told that it is too late', async () => {
    const { printed } = await run('cancel', id('late'));
    expect(printed).toEqual([expect.stringMatching(/^Too late, it was possible until \d{4}-.*Z\.$/)]);
  });

  it('is told that a hold cannot be cancelled', async () => {
    const { printed } = await run('cancel', id('held'));
    expect(printed).toEqual(['It cannot be cancelled: it is PENDING_PAYMENT.']);
  });

  it.runIf(client.name === 'relay')('has the ticket in its store as it is after a cancellation', async () => {
    const load = (file: string) => import(pathToFileURL(resolve(folder, `${file}.ts`)).href);
    const environment = (await load('environment')).createEnvironment(`${api.origin}/graphql`, token);
    const { showTicket } = await load('show-ticket');
    await showTicket(environment, id('fourth'));
    const stored = () => environment.getStore().getSource().get(id('fourth'));
    expect(stored()).toMatchObject({ status: 'CONFIRMED', qrCode: expect.any(String) });
    const cancellation = { id: id('fourth'), expectedRefund: '333.00', idempotencyKey: 'relay-store' };
    await (await load('cancel-ticket')).cancelTicket(environment, cancellation);
    const after = await api.send(`{ ticket(id: "${id('fourth')}") { refunds { id } payment { id } } }`, {
      as: user,
    });
    expect(stored()).toMatchObject({
      ...{ status: 'CANCELLED', canCancel: false, qrCode: null, cancellationQuote: null },
      refunds: { __refs: after.data.ticket.refunds.map((refund: { id: string }) => refund.id) },
      payment: { __ref: after.data.ticket.payment.id },
    });
    const payment = environment.getStore().getSource().get(after.data.ticket.payment.id);
    expect(payment).toMatchObject({ status: 'REFUNDED' });
  });

  it('knows the code of an error', async () => {
    const { printed, failed } = await run('show', 'TKT-of-somebody-else');
    expect(failed).toBe(true);
    expect(printed).toEqual(['NOT_FOUND: There is no such ticket of yours.']);
  });
});
