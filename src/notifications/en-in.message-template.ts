import { shorten } from '../platform/text/plain-text.ts';
import type { MessageTemplate } from './message-template.ts';

export const englishTemplate: MessageTemplate = (facts, { rupees, time, day }) => {
  const { ticketId, movie, theater, refund } = facts;
  const show = time(facts.showStart, theater.timeZone);
  const fact = (label: string, value: string) => ({ label, value });
  const ticket = [
    fact('Ticket', ticketId),
    fact('Movie', movie),
    fact('Show', show),
    fact('Theatre', [theater.name, theater.city].filter(Boolean).join(', ')),
    fact('Screen', facts.screen),
    fact('Seats', facts.seats.join(', ')),
  ];
  const money = [
    fact('Paid', rupees(facts.paid)),
    fact('Cancellation fee', rupees(facts.fee)),
    fact('Refund', rupees(refund)),
  ];
  const seats = `${facts.seats.length === 1 ? 'seat' : 'seats'} ${facts.seats.join(', ')}`;
  /** What was cancelled. */
  const cancelled = facts.isOfSeats
    ? `the cancelled ${seats} of your ticket ${ticketId}`
    : `your cancelled ticket ${ticketId}`;
  const named = facts.isOfSeats ? `ticket ${ticketId} (${shorten(seats, 60)})` : `ticket ${ticketId}`;
  const forSeats = facts.isOfSeats ? ` for ${shorten(seats, 60)}` : '';
  const greeting = facts.user.name ? `Hello ${facts.user.name},` : 'Hello,';

  const expected = `${day(facts.etaFrom)} to ${day(facts.etaTo)} (${facts.etaBusinessDays} business days)`;
  const goesBack = `${rupees(refund)} goes back to where you paid from. Expect it from ${expected}.`;
  const isPlural = facts.seats.length !== 1;

  switch (facts.event) {
    case 'SEATS_CANCELLED': {
      const kept = facts.seatsKept.join(', ');
      return {
        subject: `Cancelled: ${shorten(seats, 60)} of your ticket for ${shorten(movie, 100)}, ${show}`,
        greeting,
        paragraphs: [
          `${isPlural ? 'Seats' : 'Seat'} ${facts.seats.join(', ')} of your ticket ${ticketId} for ${movie} ${isPlural ? 'are' : 'is'} cancelled.`,
          ...(kept ? [`The ticket stays valid for ${kept}. Its QR code stays the same.`] : []),
          refund > 0n ? goesBack : 'There is no refund for this.',
        ],
        facts: [...ticket, ...(kept ? [fact('Seats kept', kept)] : []), ...money],
        sms: `Usher: ${shorten(seats, 60)} of your ticket ${ticketId} for ${shorten(movie, 30)}, ${show}, ${isPlural ? 'are' : 'is'} cancelled. ${
          refund > 0n ? `Refund ${rupees(refund)}, expected by ${day(facts.etaTo)}.` : 'There is no refund.'
        }`,
      };
    }
    case 'TICKET_CANCELLED': {
      const nothing =
        facts.paid > 0n
          ? 'The cancellation fee is as high as what you paid, so there is no refund.'
          : 'You had paid nothing for it, so there is no refund.';
      return {
        subject: `Your ticket is cancelled: ${shorten(movie, 100)}, ${show}`,
        greeting,
        paragraphs: [`Your ticket ${ticketId} for ${movie} is cancelled.`, refund > 0n ? goesBack : nothing],
        facts: [...ticket, ...money],
        sms: `Usher: your ticket ${ticketId} for ${shorten(movie, 30)}, ${show}, is cancelled. ${
          refund > 0n ? `Refund ${rupees(refund)}, expected by ${day(facts.etaTo)}.` : 'There is no refund.'
        }`,
      };
    }
    case 'REFUND_PROCESSED': {
      const { bankReference } = facts;
      return {
        subject: `Your refund of ${rupees(refund)}${forSeats} has been sent`,
        greeting,
        paragraphs: [
          `We have sent ${rupees(refund)} for ${cancelled} to where you paid from.`,
          `Your bank may need some days to show it.${bankReference ? ' With the reference below it can find the payment.' : ''}`,
        ],
        facts: [...(bankReference ? [fact('Bank reference', bankReference)] : []), ...money, ...ticket],
        sms: `Usher: your refund of ${rupees(refund)} for ${named} has been sent.${
          bankReference ? ` Bank reference: ${shorten(bankReference, 40)}` : ''
        }`,
      };
    }
    case 'REFUND_FAILED':
      return {
        subject: `Your refund of ${rupees(refund)}${forSeats} could not be paid`,
        greeting,
        paragraphs: [
          `The refund of ${rupees(refund)} for ${cancelled} could not be paid.`,
          ...(facts.failureReason ? [`The reason: ${facts.failureReason}`] : []),
          `Our team sees this too. When you contact support, please name the ticket ${ticketId}.`,
        ],
        facts: [...money, ...ticket],
        sms: `Usher: your refund of ${rupees(refund)} for ${named} could not be paid. Please contact support and name the ticket.`,
      };
  }
};
