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

/** The placement of each table on Citus (docs/decisions/032). Add new tables here. */

/** Reference tables: complete on every node, so any table can join them. Each follows the tables that it references. */
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
 * Distribution columns, by group of colocated tables. Rows of a group with the same value are on one node: all rows of
 * a user, and all seats of a show.
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
