/** A rule that does not hold of one name of the schema, and why. */
export interface RuleException {
  rule: string;
  /** As the rule's message begins. */
  says: string;
  because: string;
}

const VALUES_WITHOUT_ID = {
  CancellationPolicy: 'the rules of one ticket: a value, shown with it',
  CancellationQuote: 'true at one moment only: a cache must not keep it apart from its ticket',
  CancellationTier: 'a value, part of its policy',
  Money: 'a value',
  PageInfo: "Relay's",
  Pricing: 'a value, part of its ticket',
  TicketConnection: "Relay's",
  TicketEdge: "Relay's",
  TicketEvent: 'a value, part of its ticket, never asked for alone',
  UtcOffset: 'a value, part of its show',
  TicketCancelled: 'an outcome; the ticket in it has the id',
  CancellationNotAllowed: 'an outcome; the ticket in it has the id',
  InvalidStatus: 'an outcome; the ticket in it has the id',
  QuoteChanged: 'an outcome; the ticket in it has the id',
  SeatsCancelled: 'an outcome; the ticket in it has the id',
  PartialNotAllowed: 'an outcome; the ticket in it has the id',
  SeatsUnavailable: 'an outcome; the ticket in it has the id',
};

const NAMES_OF_THE_SPECIFICATION = {
  paymentMode: 'Payment',
  paymentTime: 'Payment',
  refundAmount: 'Refund',
  refundEta: 'Refund',
  refundStatus: 'Refund',
};

export const ruleExceptions: RuleException[] = [
  ...Object.entries(VALUES_WITHOUT_ID).map(([type, because]) => ({
    rule: 'strict-id-in-types',
    says: `type "${type}" must have exactly one`,
    because,
  })),
  ...Object.entries(NAMES_OF_THE_SPECIFICATION).map(([field, type]) => ({
    rule: 'no-typename-prefix',
    says: `Field "${field}" starts with the name of the parent type "${type}"`,
    because: 'the specification calls it so: who has read it finds the field',
  })),
  ...['Query', 'Mutation'].map((type) => ({
    rule: 'require-description',
    says: `Description is required for type "${type}"`,
    because: 'type-graphql makes the root types, without one; what can be called is described below them',
  })),
];
