import { z } from 'zod';
import { notificationEvent } from '../db/tables/index.ts';

/** Joins what is logged of a job with the request that it was queued for. */
const traceId = z.string().optional();

/**
 * What is done after a commit, by name, and what each job has to be told. Workers of the last version must be able to
 * run it too: what is new is optional.
 */
export const JOB_PAYLOADS = {
  'send-refund': z.object({ traceId, userId: z.string(), refundId: z.string() }),
  'send-notifications': z.object({
    traceId,
    userId: z.string(),
    ticketId: z.string(),
    event: z.enum(notificationEvent.enumValues),
  }),
};

export type JobName = keyof typeof JOB_PAYLOADS;
export type JobPayload<Name extends JobName> = z.infer<(typeof JOB_PAYLOADS)[Name]>;
