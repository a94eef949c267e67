import { reconcileRefunds } from '../refunds/reconcile-refunds.ts';
import { defineScheduledJob } from './define-job.ts';

/** Every night at 02:30 Indian time. */
export const reconcileJob = defineScheduledJob('reconcile', '0 21 * * *', reconcileRefunds);
