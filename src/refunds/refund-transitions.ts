import type { refunds } from '../platform/db/tables/index.ts';

export type RefundRow = typeof refunds.$inferSelect;
export type RefundStatus = RefundRow['status'];

export interface RefundKey {
  userId: string;
  refundId: string;
}

/** The allowed changes of status. A bank may return money that the gateway had processed. */
const TRANSITIONS: Record<RefundStatus, readonly RefundStatus[]> = {
  NOT_REQUIRED: [],
  PROCESSING: ['PROCESSED', 'FAILED'],
  PROCESSED: ['FAILED'],
  // PROCESSING only by an operator's retry, which starts a new generation. PROCESSED only by the gateway's books or by an
  // operator who settled it.
  FAILED: ['PROCESSING', 'PROCESSED'],
};

export function canBecome(from: RefundStatus, to: RefundStatus): boolean {
  return TRANSITIONS[from].includes(to);
}
