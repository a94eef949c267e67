import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { errorCode, retryAfterSeconds } from '../api/errors.ts';
import type { CancellationQuoteFragment as Quote } from '../generated/graphql.ts';
import { type FragmentType, readFragment } from '../generated/index.ts';
import type { CancelTermsFragment } from './cancel-terms.tsx';
import {
  CancellationQuoteFragment,
  CancelOutcomeFragment,
  CancelSeatsMutation,
  CancelTicketMutation,
  QuoteQuery,
} from './cancel-ticket.ts';
import {
  canChooseSeats,
  narrowChoice,
  type QuotedTicket,
  type SeatChoice,
  whatIsGone,
} from './seat-choice.ts';

/** What the chosen seats would give; or why nothing can be agreed to. */
export type Offer =
  | { is: 'quote'; quote: Quote }
  /** `last` was for the choice before. */
  | { is: 'on its way'; last: Quote | null }
  | { is: 'too little' }
  | { is: 'nothing chosen' };

/** Where a cancellation stands. */
export type Stage =
  | { at: 'loading' }
  | { at: 'unreachable' }
  /** The person chooses seats, and is asked to agree to a quote. `news`: what is not as they saw it before. */
  | { at: 'asking'; offer: Offer; news: string | null }
  | { at: 'sending'; quote: Quote }
  /** Sent, but no answer came: it may have happened. Sending the same again is safe. */
  | { at: 'unknown'; quote: Quote }
  | { at: 'limited'; until: Date }
  /** `why` is the ticket when its state says it. */
  | { at: 'refused'; why: FragmentType<typeof CancelTermsFragment> | string }
  | { at: 'cancelled'; refundId: string; isWhole: boolean };

/** Errors of an answer after which it is not known whether the ticket was cancelled. */
const NOT_KNOWN_AFTER = [null, 'SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR'];

const REFUND_HAS_CHANGED = 'Your refund has changed. Nothing is cancelled yet. Please check the new amount.';

/** Milliseconds. A clock that is ahead of the server's must not ask all the time; a timer holds for 24 days at most. */
const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 86_400_000;

/** Asks for the quote of the chosen seats, keeps it valid, and cancels at exactly that quote, once however often sent. */
export function useCancellation(ticketId: string) {
  const client = useApolloClient();
  const [stage, setStage] = useState<Stage>({ at: 'loading' });
  const [ticket, setTicket] = useState<QuotedTicket | null>(null);
  const [choice, setChoice] = useState<SeatChoice>(null);
  // Stays: the boxes must not go while somebody uses them.
  const [canChoose, setCanChoose] = useState(false);
  const known = useRef<QuotedTicket | null>(null);
  // One for each choice: only a success is kept under it, and that is what sending again has to find.
  const idempotencyKey = useRef(crypto.randomUUID());
  // An answer to an earlier question must not replace what came later.
  const turn = useRef(0);

  const take = useCallback((next: SeatChoice) => {
    setChoice(next);
    idempotencyKey.current = crypto.randomUUID();
  }, []);

  const readQuote = useCallback(
    async (wanted: SeatChoice, shown: Quote | null, said: string | null): Promise<void> => {
      turn.current += 1;
      const mine = turn.current;
      try {
        const { data } = await client.query({
          query: QuoteQuery,
          variables: { id: ticketId, seatIds: wanted && [...wanted] },
          fetchPolicy: 'network-only',
        });
        if (mine !== turn.current) return;
        const found = data?.ticket;
        if (!found) return setStage({ at: 'unreachable' });
        const gone = whatIsGone(known.current, found);
        known.current = found;
        setTicket(found);
        if (canChooseSeats(found)) setCanChoose(true);
        if (!found.canCancel) return setStage({ at: 'refused', why: found });

        const possible = narrowChoice(wanted, found);
        if (possible?.length !== wanted?.length) take(possible);
        if (possible?.length === 0)
          return setStage({ at: 'asking', offer: { is: 'nothing chosen' }, news: said ?? gone });
        const quote = readFragment(CancellationQuoteFragment, found.cancellationQuote);
        if (quote) {
          const hasChanged = shown !== null && shown.refundAmount.amount !== quote.refundAmount.amount;
          const news = said ?? ([gone, hasChanged && REFUND_HAS_CHANGED].filter(Boolean).join(' ') || null);
          return setStage({ at: 'asking', offer: { is: 'quote', quote }, news });
        }
        // The seats that are left of the choice have a quote of their own.
        if (possible?.length !== wanted?.length) return readQuote(possible, null, said ?? gone);
        if (possible === null) return setStage({ at: 'refused', why: found });
        setStage({ at: 'asking', offer: { is: 'too little' }, news: said ?? gone });
      } catch {
        // An old quote may stand until there is a new one: the API would not cancel at it.
        if (mine === turn.current && !shown) setStage({ at: 'unreachable' });
      }
    },
    [client, ticketId, take],
  );
  useEffect(() => void readQuote(null, null, null), [readQuote]);

  const quoted = stage.at === 'asking' && stage.offer.is === 'quote' ? stage.offer.quote : null;
  useEffect(() => {
    if (!quoted) return;
    const wait = Date.parse(quoted.validUntil) - Date.now();
    const timer = setTimeout(
      () => void readQuote(choice, quoted, null),
      Math.min(Math.max(wait, SHORTEST_WAIT), LONGEST_WAIT),
    );
    return () => clearTimeout(timer);
  }, [quoted, choice, readQuote]);

  const choose = useCallback(
    (seatIds: readonly string[]) => {
      if (!ticket) return;
      const next = narrowChoice(seatIds, ticket);
      take(next);
      turn.current += 1;
      if (next?.length === 0) return setStage({ at: 'asking', offer: { is: 'nothing chosen' }, news: null });
      setStage((before) => ({
        at: 'asking',
        offer: { is: 'on its way', last: quoteOf(before) },
        news: null,
      }));
      void readQuote(next, null, null);
    },
    [ticket, take, readQuote],
  );

  const send = useCallback(
    async (quote: Quote) => {
      turn.current += 1;
      setStage({ at: 'sending', quote });
      const variables = {
        id: ticketId,
        expectedRefund: quote.refundAmount.amount,
        idempotencyKey: idempotencyKey.current,
      };
      try {
        const cancelTicket = async () =>
          (await client.mutate({ mutation: CancelTicketMutation, variables })).data?.cancelTicket;
        const cancelSeats = async (seatIds: string[]) =>
          (await client.mutate({ mutation: CancelSeatsMutation, variables: { ...variables, seatIds } })).data
            ?.cancelSeats;
        const result = await (choice === null ? cancelTicket() : cancelSeats([...choice]));
        if (!result) return setStage({ at: 'unknown', quote });
        const now = readFragment(CancelOutcomeFragment, result.ticket);
        switch (result.__typename) {
          case 'TicketCancelled':
          case 'SeatsCancelled':
            return setStage({
              at: 'cancelled',
              refundId: result.refund?.id ?? '',
              isWhole: now.seats.every(({ status }) => status === 'CANCELLED'),
            });
          case 'QuoteChanged':
            return await readQuote(choice, null, REFUND_HAS_CHANGED);
          case 'SeatsUnavailable':
            return await readQuote(
              choice,
              null,
              `${result.message}. Nothing else is cancelled yet. Please choose again.`,
            );
          case 'PartialNotAllowed':
            return await readQuote(choice, null, `${result.message} Nothing is cancelled yet.`);
          case 'CancellationNotAllowed':
          case 'InvalidStatus':
            break;
        }
        // The API's own words are for refusals that may be added later.
        setStage({ at: 'refused', why: now.canCancel ? result.message : now });
      } catch (error) {
        const code = errorCode(error);
        if (NOT_KNOWN_AFTER.includes(code)) setStage({ at: 'unknown', quote });
        else if (code === 'RATE_LIMITED')
          setStage({ at: 'limited', until: new Date(Date.now() + (retryAfterSeconds(error) ?? 60) * 1_000) });
        else setStage({ at: 'refused', why: 'Something went wrong, and nothing was cancelled.' });
      }
    },
    [client, ticketId, choice, readQuote],
  );

  // The same again, as soon as there is a connection.
  const unanswered = stage.at === 'unknown' ? stage.quote : null;
  useEffect(() => {
    if (!unanswered) return;
    const again = () => void send(unanswered);
    addEventListener('online', again);
    return () => removeEventListener('online', again);
  }, [unanswered, send]);

  const retry = useCallback(() => {
    setStage({ at: 'loading' });
    void readQuote(choice, null, null);
  }, [choice, readQuote]);
  return { stage, ticket, choice, canChoose, choose, send, retry };
}

function quoteOf(stage: Stage): Quote | null {
  if (stage.at !== 'asking') return null;
  if (stage.offer.is === 'quote') return stage.offer.quote;
  return stage.offer.is === 'on its way' ? stage.offer.last : null;
}
