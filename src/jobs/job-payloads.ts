import { z } from 'zod';
import { notificationEvent } from '../db/tables/index.ts';

/** What is done after a commit, by name, and what each job has to be told. */
export const JOB_PAYLOADS = {
  'send-refund': z.strictObject({ userId: z.string(), refundId: z.string() }),
  'send-notifications': z.strictObject({
    userId: z.string(),
    ticketId: z.string(),
    event: z.enum(notificationEvent.enumValues),
  }),
};

export type JobName = keyof typeof JOB_PAYLOADS;
export type JobPayload<Name extends JobName> = z.infer<(typeof JOB_PAYLOADS)[Name]>;
