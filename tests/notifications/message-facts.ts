import type { MessageFacts } from '../../src/notifications/message-facts.ts';

/** The specification's cancellation: 370.00 paid, 333.00 back. */
export const FACTS: MessageFacts = {
  event: 'TICKET_CANCELLED',
  user: { name: 'Asha Rao', email: 'asha@example.com', phone: '+910000000101', locale: 'en-IN' },
  bookingTime: new Date('2024-12-13T18:00:00Z'),
  ticketId: 'TKT-20241215-ABC123',
  movie: 'Avengers: Endgame',
  theater: {
    name: 'PVR Phoenix',
    address: 'High Street Phoenix, Lower Parel',
    city: 'Mumbai',
    timeZone: 'Asia/Kolkata',
  },
  screen: 'Screen 1',
  seats: ['A1', 'A2'],
  isOfSeats: false,
  seatsKept: [],
  showStart: new Date('2024-12-15T18:00:00Z'),
  showEnd: new Date('2024-12-15T21:01:00Z'),
  paid: 37_000n,
  fee: 3_700n,
  refund: 33_300n,
  refundStatus: 'PROCESSING',
  etaFrom: '2024-12-18',
  etaTo: '2024-12-20',
  etaBusinessDays: '3-5',
  bankReference: '434512345678',
  failureReason: 'The account is closed.',
};
