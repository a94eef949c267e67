import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import {
  cancellationAttempts,
  cancellationPolicies,
  cities,
  databaseEnvironment,
  idempotencyKeys,
  movies,
  notifications,
  payments,
  refunds,
  screens,
  seats,
  showSeats,
  shows,
  theaters,
  ticketEvents,
  ticketSeats,
  tickets,
  users,
  webhookEvents,
} from '../tables/index.ts';

/** Where the rows of each table are on Citus (docs/decisions/032). A new table needs its place here. */

/** Whole on every machine, so that everything can be joined with them. Each after those that it refers to. */
export const EVERYWHERE: readonly PgTable[] = [
  cities,
  theaters,
  screens,
  seats,
  movies,
  shows,
  cancellationPolicies,
  databaseEnvironment,
];

/**
 * Spread over the machines by a column. Rows of one group that have the same value are on one machine: all that is one
 * user's, and all the seats of one show.
 */
export const SPREAD_BY: readonly (readonly PgColumn[])[] = [
  [
    users.id,
    tickets.userId,
    ticketSeats.userId,
    payments.userId,
    refunds.userId,
    ticketEvents.userId,
    idempotencyKeys.userId,
    cancellationAttempts.userId,
    notifications.userId,
    webhookEvents.userId,
  ],
  [showSeats.showId],
];
