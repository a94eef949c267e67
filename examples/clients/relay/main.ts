import { randomUUID } from 'node:crypto';
import { cancelSeats, quoteSeats } from './cancel-seats.ts';
import { cancelTicket } from './cancel-ticket.ts';
import { createEnvironment, OperationFailed } from './environment.ts';
import { listTickets } from './list-tickets.ts';
import { showTicket } from './show-ticket.ts';

/**
 * The tickets of a person in a terminal, with the address and the token that `npm start` prints:
 *
 *   USHER_URL=... USHER_TOKEN=... main.ts list
 *   ... show ID
 *   ... cancel ID [EXPECTED_REFUND] [IDEMPOTENCY_KEY]
 *   ... cancel-seats ID A1,A2 [EXPECTED_REFUND] [IDEMPOTENCY_KEY]
 *
 * As in every program with Relay, the bundler puts the generated artifacts in the place of the graphql tags.
 */
const { USHER_URL: url = 'http://127.0.0.1:4000/graphql', USHER_TOKEN: token = '' } = process.env;
const environment = createEnvironment(url, token);
const [command, id = '', ...rest] = process.argv.slice(2);
/** The labels of the seats to cancel. */
const labels = command === 'cancel-seats' ? (rest.shift() ?? '').split(',') : [];
const [expectedRefund, idempotencyKey = randomUUID()] = rest;

try {
  if (command === 'list') await list();
  else if (command === 'show') await show();
  else if (command === 'cancel') await cancel();
  else if (command === 'cancel-seats') await cancelSome();
  else throw new Error('Say list, show ID, cancel ID or cancel-seats ID SEATS.');
} catch (error) {
  if (!(error instanceof OperationFailed)) throw error;
  console.log(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

async function list() {
  for (const { node } of await listTickets(environment, 2)) {
    const { id, status, show, seatNumbers, totalAmount } = node;
    console.log(`${id} ${status} ${show.movie.name} ${seatNumbers.join(', ')} ${totalAmount.amount}`);
  }
}

async function show() {
  const { status, show, seats, cancellationQuote } = await showTicket(environment, id);
  console.log(`${status} ${show.movie.name}, ${show.theater.name}, ${show.theater.city}, ${show.startTime}`);
  const words = seats.map(
    ({ row, number, status, paidAmount }) => `${row}${number} ${status} ${paidAmount.amount}`,
  );
  console.log(words.join(', '));
  if (cancellationQuote) {
    const { refundAmount, cancellationFee, refundEta } = cancellationQuote;
    console.log(`Cancelling gives ${refundAmount.amount} back, fee ${cancellationFee.amount}, ${refundEta}.`);
  }
}

async function cancel() {
  const agreed = expectedRefund ?? (await showTicket(environment, id)).cancellationQuote?.refundAmount.amount;
  // Without a quote the server says why: too late, or the wrong status.
  console.log(await cancelTicket(environment, { id, expectedRefund: agreed ?? '0', idempotencyKey }));
}

async function cancelSome() {
  const { seats } = await showTicket(environment, id);
  const seatIds = seats
    .filter(({ row, number }) => labels.includes(`${row}${number}`))
    .map((seat) => seat.id);
  const agreed = expectedRefund ?? (await quoteSeats(environment, id, seatIds))?.refundAmount.amount;
  const call = { ticketId: id, seatIds, expectedRefund: agreed ?? '0', idempotencyKey };
  console.log(await cancelSeats(environment, call));
}
