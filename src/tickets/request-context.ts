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
import { createShowIdLoader, createTicketsLoader } from './tickets.loader.ts';

/** The signed-in user. */
export interface Viewer {
  id: string;
}

/** The services that all requests share. */
export interface Services {
  db: Database;
  /** Reads tickets of any user. Use `loaders.tickets` instead: it is restricted to the viewer. */
  ticketReader: TicketReader;
  /** The standbys that serve lists; null without any. */
  replicas: Replicas | null;
  clock: Clock;
  jobs: JobQueue;
  log: Logger;
  metrics: Metrics;
  cancelAttemptsPerHour: number;
  publicUrl: string;
  /** The e-mail address that calendar files name as the organizer. */
  organizer: string;
}

/** The GraphQL context of one request. */
export interface RequestContext extends Omit<Services, 'ticketReader'> {
  viewer: Viewer | null;
  /** The time of this request, for all fields that depend on the time. */
  now: Date;
  loaders: Loaders;
  /** Correlates the logs of this request and its jobs. */
  traceId: string;
  /** Throws if the client has disconnected. Call it before work that must not start then. */
  throwIfAborted(): void;
}

type Loaders = ReturnType<typeof createLoaders>;

export function createRequestContext(
  services: Services,
  viewer: Viewer | null,
  { traceId, throwIfAborted }: Pick<RequestContext, 'traceId' | 'throwIfAborted'>,
): RequestContext {
  const { db, replicas, clock, jobs, log, metrics, cancelAttemptsPerHour, publicUrl, organizer } = services;
  // Naming each property is several times faster than spreading the object.
  return {
    db,
    replicas,
    clock,
    jobs,
    log,
    metrics,
    cancelAttemptsPerHour,
    publicUrl,
    organizer,
    viewer,
    now: clock.now(),
    loaders: createLoaders(services, viewer),
    traceId,
    throwIfAborted,
  };
}

/**
 * Returns the viewer.
 *
 * @throws UsherError UNAUTHENTICATED without a viewer; the access rules prevent this
 */
export function signedIn({ viewer }: RequestContext): Viewer {
  if (!viewer) throw new UsherError('UNAUTHENTICATED');
  return viewer;
}

function createLoaders({ db, ticketReader }: Services, viewer: Viewer | null) {
  // No row has an empty user id, so without a viewer every loader finds nothing.
  const userId = viewer?.id ?? '';
  return {
    tickets: createTicketsLoader(ticketReader, userId),
    showIds: createShowIdLoader(db, userId),
    seats: createSeatLoader(db, userId),
    payments: createPaymentLoader(db, userId),
    refunds: createRefundLoader(db, userId),
    events: createEventLoader(db, userId),
    movies: createMovieLoader(db),
    places: createPlaceLoader(db),
    seatMaps: createSeatMapLoader(db),
    /** Draws each QR code once per request. Drawing takes milliseconds. */
    qrCodes: new DataLoader<string, string>((ids) => Promise.all(ids.map(qrCodeDataUrl))),
  };
}
