import { sendRefund } from '../refunds/send-refund.ts';
import { defineJob } from './define-job.ts';

export const sendRefundJob = defineJob('send-refund', sendRefund);
