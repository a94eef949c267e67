import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { errorCode, retryAfterSeconds } from '../api/errors.ts';
import type { CancellationQuoteFragment as Quote, QuoteQuery as QuoteData } from '../generated/graphql.ts';
import { type FragmentType, readFragment } from '../generated/index.ts';
import type { CancelTermsFragment } from './cancel-terms.tsx';
import { CancellationQuoteFragment, CancelTicketMutation, QuoteQuery } from './cancel-ticket.ts';

export type QuotedTicket = NonNullable<QuoteData['ticket']>;

/** Where a cancellation stands. */
export type Stage =
  | { at: 'loading' }
  | { at: 'unreachable' }
  /** The person is asked to agree to a quote; `isNew` when it is not the one that they saw before. */
  | { at: 'asking'; quote: Quote; isNew: boolean }
  | { at: 'sending'; quote: Quote }
  /** Sent, but no answer came: it may have happened. Sending the same again is safe. */
  | { at: 'unknown'; quote: Quote }
  | { at: 'limited'; until: Date }
  /** `why` is the ticket when its state says it. */
  | { at: 'refused'; why: FragmentType<typeof CancelTermsFragment> | string }
  | { at: 'cancelled' };

/** Errors of an answer after which it is not known whether the ticket was cancelled. */
const NOT_KNOWN_AFTER = [null, 'SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR'];

/** Milliseconds. A clock that is ahead of the server's must not ask all the time; a timer holds for 24 days at most. */
const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 86_400_000;

/** Asks for the quote, keeps it valid, and cancels at exactly that quote, once however often it is sent. */
export function useCancellation(ticketId: string) {
  const client = useApolloClient();
  const [stage, setStage] = useState<Stage>({ at: 'loading' });
  const [ticket, setTicket] = useState<QuotedTicket | null>(null);
  // One for the dialog's whole life: only a success is kept under it, and that is what sending again has to find.
  const idempotencyKey = useRef(crypto.randomUUID());

  const readQuote = useCallback(
    async (shown: Quote | null) => {
      try {
        const { data } = await client.query({
          query: QuoteQuery,
          variables: { id: ticketId },
          fetchPolicy: 'network-only',
        });
        const found = data?.ticket;
        if (!found) return setStage({ at: 'unreachable' });
        setTicket(found);
        const quote = readFragment(CancellationQuoteFragment, found.cancellationQuote);
        setStage(
          quote
            ? {
                at: 'asking',
                quote,
                isNew: shown !== null && shown.refundAmount.amount !== quote.refundAmount.amount,
              }
            : { at: 'refused', why: found },
        );
      } catch {
        // An old quote may stand until there is a new one: the API would not cancel at it.
        if (!shown) setStage({ at: 'unreachable' });
      }
    },
    [client, ticketId],
  );
  useEffect(() => void readQuote(null), [readQuote]);

  const asked = stage.at === 'asking' ? stage.quote : null;
  useEffect(() => {
    if (!asked) return;
    const wait = Date.parse(asked.validUntil) - Date.now();
    const timer = setTimeout(
      () => void readQuote(asked),
      Math.min(Math.max(wait, SHORTEST_WAIT), LONGEST_WAIT),
    );
    return () => clearTimeout(timer);
  }, [asked, readQuote]);

  const send = useCallback(
    async (quote: Quote) => {
      setStage({ at: 'sending', quote });
      try {
        const { data } = await client.mutate({
          mutation: CancelTicketMutation,
          variables: {
            id: ticketId,
            expectedRefund: quote.refundAmount.amount,
            idempotencyKey: idempotencyKey.current,
          },
        });
        const result = data?.cancelTicket;
        if (!result) return setStage({ at: 'unknown', quote });
        if (result.__typename === 'TicketCancelled') return setStage({ at: 'cancelled' });
        if (result.__typename === 'QuoteChanged') {
          const changed = readFragment(CancellationQuoteFragment, result.quote);
          return setStage({ at: 'asking', quote: changed, isNew: true });
        }
        // The API's own words are for refusals that may be added later.
        setStage({ at: 'refused', why: result.ticket.canCancel ? result.message : result.ticket });
      } catch (error) {
        const code = errorCode(error);
        if (NOT_KNOWN_AFTER.includes(code)) setStage({ at: 'unknown', quote });
        else if (code === 'RATE_LIMITED')
          setStage({ at: 'limited', until: new Date(Date.now() + (retryAfterSeconds(error) ?? 60) * 1_000) });
        else setStage({ at: 'refused', why: 'Something went wrong, and nothing was cancelled.' });
      }
    },
    [client, ticketId],
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
    void readQuote(null);
  }, [readQuote]);
  return { stage, ticket, send, retry };
}
