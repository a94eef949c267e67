import { compareRefundById } from '../refunds/compare-refund.ts';
import { defineJob } from './define-job.ts';

export const compareRefundJob = defineJob('compare-refund', compareRefundById);
