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
  const greeting = facts.user.name ? `Hello ${facts.user.name},` : 'Hello,';

  switch (facts.event) {
    case 'TICKET_CANCELLED': {
      const expected = `${day(facts.etaFrom)} to ${day(facts.etaTo)} (${facts.etaBusinessDays} business days)`;
      const nothing =
        facts.paid > 0n
          ? 'The cancellation fee is as high as what you paid, so there is no refund.'
          : 'You had paid nothing for it, so there is no refund.';
      return {
        subject: `Your ticket is cancelled: ${shorten(movie, 100)}, ${show}`,
        greeting,
        paragraphs: [
          `Your ticket ${ticketId} for ${movie} is cancelled.`,
          refund > 0n
            ? `${rupees(refund)} goes back to where you paid from. Expect it from ${expected}.`
            : nothing,
        ],
        facts: [...ticket, ...money],
        sms: `Usher: your ticket ${ticketId} for ${shorten(movie, 30)}, ${show}, is cancelled. ${
          refund > 0n ? `Refund ${rupees(refund)}, expected by ${day(facts.etaTo)}.` : 'There is no refund.'
        }`,
      };
    }
    case 'REFUND_PROCESSED': {
      const { bankReference } = facts;
      return {
        subject: `Your refund of ${rupees(refund)} has been sent`,
        greeting,
        paragraphs: [
          `We have sent ${rupees(refund)} for your cancelled ticket ${ticketId} to where you paid from.`,
          `Your bank may need some days to show it.${bankReference ? ' With the reference below it can find the payment.' : ''}`,
        ],
        facts: [...(bankReference ? [fact('Bank reference', bankReference)] : []), ...money, ...ticket],
        sms: `Usher: your refund of ${rupees(refund)} for ticket ${ticketId} has been sent.${
          bankReference ? ` Bank reference: ${shorten(bankReference, 40)}` : ''
        }`,
      };
    }
    case 'REFUND_FAILED':
      return {
        subject: `Your refund of ${rupees(refund)} could not be paid`,
        greeting,
        paragraphs: [
          `The refund of ${rupees(refund)} for your cancelled ticket ${ticketId} could not be paid.`,
          ...(facts.failureReason ? [`The reason: ${facts.failureReason}`] : []),
          `Our team sees this too. When you contact support, please name the ticket ${ticketId}.`,
        ],
        facts: [...money, ...ticket],
        sms: `Usher: your refund of ${rupees(refund)} for ticket ${ticketId} could not be paid. Please contact support and name the ticket.`,
      };
  }
};
