import { sql } from '../open-client.ts';
import { byLabel, money, posterUrl, qrCode } from '../shape.ts';
import type { Ticket } from './read-tickets.ts';

type Queries = { obj: Ticket }[];

/** Mercurius batches the calls of a page: one query per loader. */
export const loaders = {
  Ticket: {
    show: async (queries: Queries) => {
      const shows = await sql`
        select s.id, s.start_time, s.end_time, m.name as movie, m.poster_url, m.duration_minutes, m.rating,
          th.name as theater, th.address, th.time_zone, c.name as city, sc.name as screen
        from shows s join movies m on m.id = s.movie_id join screens sc on sc.id = s.screen_id
        join theaters th on th.id = sc.theater_id join cities c on c.id = th.city_id
        where s.id = any(${queries.map(({ obj }) => obj.showId)})`;
      const byId = new Map(shows.map((row) => [row.id, showOf(row)]));
      return queries.map(({ obj }) => byId.get(obj.showId));
    },
    seats: async (queries: Queries) =>
      (await seatsOf(queries)).map((seats) =>
        seats.map(({ row, number, seat_type, price }) => ({
          row,
          number,
          seatType: seat_type,
          price: money(price),
        })),
      ),
    seatsCount: async (queries: Queries) => (await seatsOf(queries)).map((seats) => seats.length),
    seatNumbers: async (queries: Queries) =>
      (await seatsOf(queries)).map((seats) => seats.map(({ row, number }) => row + number)),
    payment: async (queries: Queries) => {
      const payments = await sql`
        select ticket_id, transaction_id, payment_mode, amount, status, payment_time from payments
        where user_id = ${userOf(queries)} and ticket_id = any(${queries.map(({ obj }) => obj.id)})`;
      const byTicket = new Map(payments.map((row) => [row.ticket_id, paymentOf(row)]));
      return queries.map(({ obj }) => byTicket.get(obj.id) ?? null);
    },
    qrCode: (queries: Queries) =>
      Promise.all(queries.map(({ obj }) => (obj.status === 'CONFIRMED' ? qrCode(obj.id) : null))),
  },
};

type Row = Record<string, string>;

interface Seat {
  ticket_id: string;
  row: string;
  number: string;
  seat_type: string;
  price: string;
}

async function seatsOf(queries: Queries): Promise<Seat[][]> {
  const seats = await sql<Seat[]>`
    select ticket_id, "row", number, seat_type, price from ticket_seats
    where user_id = ${userOf(queries)} and ticket_id = any(${queries.map(({ obj }) => obj.id)})`;
  const byTicket = new Map<string, Seat[]>(queries.map(({ obj }) => [obj.id, []]));
  for (const seat of seats) byTicket.get(seat.ticket_id)?.push(seat);
  return queries.map(({ obj }) =>
    (byTicket.get(obj.id) ?? []).toSorted((a, b) => byLabel(a.row + a.number, b.row + b.number)),
  );
}

function userOf(queries: Queries): string {
  return queries[0]?.obj.userId ?? '';
}

function showOf(row: Row) {
  return {
    movie: {
      name: row.movie,
      posterUrl: posterUrl(row.poster_url ?? ''),
      duration: row.duration_minutes,
      rating: row.rating === null ? null : Number(row.rating),
    },
    theater: { name: row.theater, address: row.address, city: row.city, timeZone: row.time_zone },
    screen: { name: row.screen },
    startTime: row.start_time,
    endTime: row.end_time,
  };
}

function paymentOf(row: Row) {
  return {
    transactionId: row.transaction_id,
    paymentMode: row.payment_mode,
    amount: money(row.amount ?? ''),
    status: row.status,
    paymentTime: row.payment_time,
  };
}
