import { reconcileRefunds } from '../refunds/reconcile-refunds.ts';
import { defineScheduledJob } from './define-job.ts';

/** Compares refunds with the gateway every night at 02:30 Indian time. */
export const reconcileJob = defineScheduledJob('reconcile', '0 21 * * *', (services, run) =>
  // The other half of the calls is left to refunds that are due.
  reconcileRefunds(services, { ...run, atOnce: Math.ceil(services.gatewayCallsAtOnce / 2) }),
);
