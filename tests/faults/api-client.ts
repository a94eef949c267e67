import { z } from 'zod';
import { signToken } from '../../src/api/auth/sign-token.ts';
import type { Answered } from './constant-load.ts';
import { TOKENS } from './environments.ts';
import type { Findings } from './findings.ts';
import type { TicketToCancel } from './given-tickets.ts';
import { sleep } from './until.ts';

const QUOTE =
  'query ($id: ID!, $seatIds: [ID!]) { ticket(id: $id) { cancellationQuote(seatIds: $seatIds) { refundAmount { amount } } } }';
const quoted = z.object({
  ticket: z.object({ cancellationQuote: z.object({ refundAmount: z.object({ amount: z.string() }) }) }),
});

const LIST = '{ myTickets(first: 10) { nodes { id status seats { number } show { movie { name } } } } }';
const listed = z.object({ myTickets: z.object({ nodes: z.array(z.object({ id: z.string() })) }) });
const OPEN =
  'query ($id: ID!) { ticket(id: $id) { id status totalAmount { amount } refund { refundStatus } timeline { type } } }';
const opened = z.object({ ticket: z.object({ id: z.string() }) });

const CANCEL = `mutation ($id: ID!, $expectedRefund: Decimal, $idempotencyKey: String) {
  cancelTicket(id: $id, expectedRefund: $expectedRefund, idempotencyKey: $idempotencyKey) {
    __typename message ticketId status cancelledAt refund { id refundAmount { amount } } ticket { payment { status } }
  }
}`;
const cancelled = z.object({
  cancelTicket: z.object({
    __typename: z.literal('TicketCancelled'),
    ticketId: z.string(),
    status: z.literal('CANCELLED'),
    cancelledAt: z.string(),
    refund: z.object({ id: z.string(), refundAmount: z.object({ amount: z.string() }) }),
  }),
});

const CANCEL_SEATS = `mutation ($id: ID!, $seatIds: [ID!]!, $expectedRefund: Decimal, $idempotencyKey: String) {
  cancelSeats(ticketId: $id, seatIds: $seatIds, expectedRefund: $expectedRefund, idempotencyKey: $idempotencyKey) {
    __typename message ticketId status cancelledAt refund { id refundAmount { amount } } ticket { payment { status } }
  }
}`;
const seatsCancelled = z.object({
  cancelSeats: cancelled.shape.cancelTicket.extend({
    __typename: z.literal('SeatsCancelled'),
    status: z.literal('CONFIRMED'),
  }),
});

const answer = z.object({
  data: z.unknown(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.object({ code: z.string(), retryAfterSeconds: z.number().optional() }),
      }),
    )
    .default([]),
});

type Answer = z.infer<typeof answer> & { retryAfter: string | null };

/** The outcome of a call of cancelTicket or cancelSeats. */
export type Cancelled = Pick<
  z.infer<typeof cancelled>['cancelTicket'],
  'ticketId' | 'cancelledAt' | 'refund'
>;

/** A call with all its arguments, so that it can be retried unchanged. */
export interface CancelCall {
  ticket: TicketToCancel;
  /** Null for every seat that is left. */
  seatIds: string[] | null;
  expectedRefund: string;
  idempotencyKey: string;
}

export type ApiClient = ReturnType<typeof createApiClient>;

const ASKS_FOR_MS = 120_000;

/** A correct client: it retries with the same arguments until it knows the outcome. */
export function createApiClient(
  origin: string,
  findings: Findings,
  note: (answered: Answered) => void = () => {},
) {
  async function ask<Data>(
    { userId, id }: TicketToCancel,
    query: string,
    variables: object,
    data: z.ZodType<Data>,
  ): Promise<Data> {
    const token = await signToken(userId, TOKENS.secret, TOKENS);
    const end = Date.now() + ASKS_FOR_MS;
    while (Date.now() < end) {
      const sentAt = performance.now();
      const response = await post(token, query, variables);
      note(toAnswered(sentAt, response));
      if (typeof response !== 'string') {
        const [error] = response.errors;
        if (!error) return data.parse(response.data);
        if (error.extensions.code !== 'SERVICE_UNAVAILABLE')
          throw new Error(`${id} was answered ${error.extensions.code}: ${error.message}`);
      }
      findings.count(
        `HTTP retries after: ${typeof response === 'string' ? response : 'SERVICE_UNAVAILABLE'}`,
      );
      await sleep(100 + 200 * Math.random());
    }
    throw new Error(`${id} had no answer for ${ASKS_FOR_MS} ms`);
  }

  /** A string if there was no GraphQL response. */
  async function post(token: string, query: string, variables: object): Promise<Answer | string> {
    try {
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(20_000),
      });
      const { data, success } = answer.safeParse(await response.json());
      if (!success || (response.status >= 500 && response.status !== 503)) return `HTTP ${response.status}`;
      return { ...data, retryAfter: response.headers.get('retry-after') };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return cause instanceof Error && 'code' in cause && !(cause instanceof DOMException)
        ? String(cause.code)
        : String(cause);
    }
  }

  return {
    async list(ticket: TicketToCancel): Promise<void> {
      const { nodes } = (await ask(ticket, LIST, {}, listed)).myTickets;
      if (!nodes.some(({ id }) => id === ticket.id))
        findings.broken(`${ticket.id} is not in its user's list`);
    },
    async open(ticket: TicketToCancel): Promise<void> {
      await ask(ticket, OPEN, { id: ticket.id }, opened);
    },
    /** Reads the quote and prepares a call with it. */
    async prepare(ticket: TicketToCancel, seatIds: string[] | null = null): Promise<CancelCall> {
      const { cancellationQuote } = (await ask(ticket, QUOTE, { id: ticket.id, seatIds }, quoted)).ticket;
      return {
        ticket,
        seatIds,
        expectedRefund: cancellationQuote.refundAmount.amount,
        idempotencyKey: `cancel ${seatIds ? 'a part of ' : ''}${ticket.id}`,
      };
    },
    async cancel({ ticket, seatIds, expectedRefund, idempotencyKey }: CancelCall): Promise<Cancelled> {
      const variables = { id: ticket.id, seatIds, expectedRefund, idempotencyKey };
      const outcome = seatIds
        ? (await ask(ticket, CANCEL_SEATS, variables, seatsCancelled)).cancelSeats
        : (await ask(ticket, CANCEL, variables, cancelled)).cancelTicket;
      if (outcome.ticketId !== ticket.id || outcome.refund.refundAmount.amount !== expectedRefund)
        findings.broken(`${ticket.id} was answered ${JSON.stringify(outcome)}`);
      return outcome;
    },
  };
}

function toAnswered(sentAt: number, response: Answer | string): Answered {
  const at = performance.now();
  const answered = { at, ms: at - sentAt };
  if (typeof response === 'string') return { ...answered, code: response, hasRetryHint: false };
  const [error] = response.errors;
  const hasRetryHint = response.retryAfter !== null || error?.extensions.retryAfterSeconds !== undefined;
  return { ...answered, code: error?.extensions.code ?? 'ok', hasRetryHint };
}
