import type { CreateRefundResult, GatewayRefund } from './gateway/gateway.ts';
import { refusalMessage } from './gateway/refusal-reason.ts';
import { canBecome, type RefundRow } from './refund-transitions.ts';

/**
 * What the gateway said of a refund; `generation` is the one whose demand made it, `happenedAt` the gateway's own time,
 * null where it gives none.
 */
export type GatewayReply =
  | { kind: 'reported'; refund: GatewayRefund; generation: number; happenedAt: Date | null }
  | Exclude<CreateRefundResult, { kind: 'accepted' }>;

export interface RefundDecision {
  changes: Partial<RefundRow>;
  /** What the user is told of. */
  event: 'REFUND_PROCESSED' | 'REFUND_FAILED' | null;
}

const MINUTE = 60_000;
/** The gateway tells by itself when a refund is through; this is for when that message is lost. Later each time. */
const LOOK_AGAIN_AFTER = 30_000;
/** How long to wait before asking anew after a no that may pass, a balance too low for instance. */
const ASK_ANEW_AFTER = 60 * MINUTE;
const MOST_GENERATIONS = 24;

/** What a reply of the gateway changes. Pure: nothing when it is old, repeated, or too late to matter. */
export function decideRefund(refund: RefundRow, reply: GatewayReply, now: Date): RefundDecision {
  switch (reply.kind) {
    case 'reported':
      return heed(refund, reply, now);
    case 'refused':
      if (refund.status !== 'PROCESSING') return { changes: {}, event: null };
      return reply.retry && refund.generation < MOST_GENERATIONS
        ? { changes: { ...newGeneration(refund, now, ASK_ANEW_AFTER), lastError: reply.detail }, event: null }
        : {
            changes: failed(refusalMessage(reply.retry ? 'REFUSED' : reply.reason), reply.detail),
            event: 'REFUND_FAILED',
          };
    case 'unknown': {
      if (refund.status !== 'PROCESSING') return { changes: {}, event: null };
      const nextAttemptAt = new Date(now.getTime() + backoff(refund.attempts));
      return { changes: { nextAttemptAt, lastError: reply.detail }, event: null };
    }
  }
}

/** Asks the gateway anew, under a new key: only after it has definitively said no. */
export function newGeneration({ generation }: RefundRow, now: Date, after = 0): Partial<RefundRow> {
  return {
    status: 'PROCESSING',
    generation: generation + 1,
    firstSentAt: null,
    gatewayRefundId: null,
    gatewayUpdatedAt: null,
    processedAt: null,
    failureReason: null,
    nextAttemptAt: new Date(now.getTime() + after),
  };
}

/** Milliseconds: 2 s, 4 s, 8 s, ... at most ten minutes. */
export function backoff(attempts: number): number {
  return Math.min(10 * MINUTE, 1_000 * 2 ** Math.min(attempts, 20));
}

function heed(
  row: RefundRow,
  { refund, generation, happenedAt }: Extract<GatewayReply, { kind: 'reported' }>,
  now: Date,
): RefundDecision {
  const another = generation !== row.generation;
  // Once it failed, only an operator's retry looks at it again.
  if (another && row.status === 'FAILED') return { changes: {}, event: null };
  const newest = another ? null : row.gatewayUpdatedAt;
  if (happenedAt && newest && happenedAt < newest) return { changes: {}, event: null };
  const facts = {
    // Back to that of the demand by which the money does go out: it is what the gateway's next words are about.
    ...(another ? { generation } : {}),
    gatewayRefundId: refund.id,
    bankReference: refund.bankReference ?? row.bankReference,
    gatewayUpdatedAt: happenedAt ?? newest,
  };
  switch (refund.status) {
    case 'pending': {
      if (row.status !== 'PROCESSING') return { changes: facts, event: null };
      const nextAttemptAt = new Date(now.getTime() + Math.max(LOOK_AGAIN_AFTER, backoff(row.attempts)));
      return { changes: { ...facts, nextAttemptAt, lastError: null }, event: null };
    }
    case 'processed': {
      if (!canBecome(row.status, 'PROCESSED')) return { changes: facts, event: null };
      const processedAt = happenedAt ?? now;
      const changes = {
        ...facts,
        status: 'PROCESSED' as const,
        processedAt,
        nextAttemptAt: null,
        lastError: null,
      };
      return { changes, event: 'REFUND_PROCESSED' };
    }
    case 'failed':
      if (!canBecome(row.status, 'FAILED')) return { changes: facts, event: null };
      return {
        changes: { ...facts, ...failed(refusalMessage('BANK_RETURNED'), 'the gateway says failed') },
        event: 'REFUND_FAILED',
      };
  }
}

function failed(failureReason: string, lastError: string): Partial<RefundRow> {
  return { status: 'FAILED', failureReason, lastError, nextAttemptAt: null };
}
