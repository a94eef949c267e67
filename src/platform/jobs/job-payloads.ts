import { z } from 'zod';
import { notificationEvent } from '../db/tables/index.ts';

/** The trace id of the request that queued the job, for its log lines. */
const traceId = z.string().optional();

/**
 * The payload of each job. Workers of the previous version must be able to run a job, and this version their jobs, so
 * new fields are optional.
 */
export const JOB_PAYLOADS = {
  'send-refund': z.object({ traceId, userId: z.string(), refundId: z.string() }),
  'compare-refund': z.object({ traceId, userId: z.string(), refundId: z.string() }),
  'send-notifications': z.object({
    traceId,
    userId: z.string(),
    /** Null: the message is about the refund `refundId`. */
    ticketId: z.string().nullable(),
    refundId: z.string().nullable().default(null),
    event: z.enum(notificationEvent.enumValues),
  }),
};

export type JobName = keyof typeof JOB_PAYLOADS;
export type JobPayload<Name extends JobName> = z.infer<(typeof JOB_PAYLOADS)[Name]>;
