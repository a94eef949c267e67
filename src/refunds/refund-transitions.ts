import type { refunds } from '../platform/db/tables/index.ts';

export type RefundRow = typeof refunds.$inferSelect;
export type RefundStatus = RefundRow['status'];

export interface RefundKey {
  userId: string;
  refundId: string;
}

/** Where a refund can go from where it is. A bank may send back what the gateway had processed. */
const TRANSITIONS: Record<RefundStatus, readonly RefundStatus[]> = {
  NOT_REQUIRED: [],
  PROCESSING: ['PROCESSED', 'FAILED'],
  PROCESSED: ['FAILED'],
  // Only an operator asks again, as a new generation.
  FAILED: ['PROCESSING'],
};

export function canBecome(from: RefundStatus, to: RefundStatus): boolean {
  return TRANSITIONS[from].includes(to);
}
