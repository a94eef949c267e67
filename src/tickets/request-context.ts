import DataLoader from 'dataloader';
import type { Logger } from 'pino';
import type { Clock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { UsherError } from '../platform/errors/usher-error.ts';
import type { JobQueue } from '../platform/jobs/job-queue.ts';
import type { Replicas } from '../platform/replicas/replicas.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import { qrCodeDataUrl } from './qr-code.ts';
import { createSeatLoader } from './seats/seat.loader.ts';
import { createSeatMapLoader } from './shows/seat-map.loader.ts';
import { createMovieLoader, createPlaceLoader } from './shows/show.loader.ts';
import type { TicketReader } from './ticket-reader.ts';
import { createEventLoader, createPaymentLoader, createRefundLoader } from './ticket-rows.loader.ts';
import { createTicketsLoader } from './tickets.loader.ts';

/** The signed-in user. */
export interface Viewer {
  id: string;
}

/** What outlives a request and every request uses. */
export interface Services {
  db: Database;
  /** Reads anybody's tickets: only the viewer's loader uses it. */
  ticketReader: TicketReader;
  /** Where lists may be read; null: from the primary only. */
  replicas: Replicas | null;
  clock: Clock;
  jobs: JobQueue;
  log: Logger;
  metrics: Metrics;
  cancelAttemptsPerHour: number;
  publicUrl: string;
}

/** What resolvers and access rules are given for one request. */
export interface RequestContext extends Omit<Services, 'ticketReader'> {
  viewer: Viewer | null;
  /** The one time of this request for everything derived from a time. */
  now: Date;
  loaders: Loaders;
  /** Joins what is logged of this request and of its jobs. */
  traceId: string;
  /** Throws when nobody waits for the answer any more: what has not begun by then must not begin. */
  throwIfAborted(): void;
}

type Loaders = ReturnType<typeof createLoaders>;

export function createRequestContext(
  services: Services,
  viewer: Viewer | null,
  { traceId, throwIfAborted }: Pick<RequestContext, 'traceId' | 'throwIfAborted'>,
): RequestContext {
  const { db, replicas, clock, jobs, log, metrics, cancelAttemptsPerHour, publicUrl } = services;
  // Each by its name: to copy whatever is there takes several times as long.
  return {
    db,
    replicas,
    clock,
    jobs,
    log,
    metrics,
    cancelAttemptsPerHour,
    publicUrl,
    viewer,
    now: clock.now(),
    loaders: createLoaders(services, viewer),
    traceId,
    throwIfAborted,
  };
}

/** @throws UsherError UNAUTHENTICATED; the access rules see to it that no resolver gets there */
export function signedIn({ viewer }: RequestContext): Viewer {
  if (!viewer) throw new UsherError('UNAUTHENTICATED');
  return viewer;
}

function createLoaders({ db, ticketReader }: Services, viewer: Viewer | null) {
  // Nobody owns the rows of the empty id, so without a viewer every loader finds nothing.
  const userId = viewer?.id ?? '';
  return {
    tickets: createTicketsLoader(ticketReader, userId),
    seats: createSeatLoader(db, userId),
    payments: createPaymentLoader(db, userId),
    refunds: createRefundLoader(db, userId),
    events: createEventLoader(db, userId),
    movies: createMovieLoader(db),
    places: createPlaceLoader(db),
    seatMaps: createSeatMapLoader(db),
    /** Drawing one takes milliseconds: however often a request asks for it, it is drawn once. */
    qrCodes: new DataLoader<string, string>((ids) => Promise.all(ids.map(qrCodeDataUrl))),
  };
}
