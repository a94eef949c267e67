import type { CreateRefundResult, GatewayRefund } from './gateway/gateway.ts';
import { refusalMessage } from './gateway/refusal-reason.ts';
import { canBecome, type RefundRow } from './refund-transitions.ts';

/**
 * The state of a refund as the gateway reports it, or why there is none. `generation` is that of the request that made
 * the refund. `happenedAt` is the gateway's time, null except for webhooks. `fromBooks`: the gateway's books were read
 * while the row stayed as it was, so they are newer than whatever it says.
 */
export type GatewayReply =
  | {
      kind: 'reported';
      refund: GatewayRefund;
      generation: number;
      happenedAt: Date | null;
      fromBooks?: boolean;
    }
  | Exclude<CreateRefundResult, { kind: 'accepted' }>;

export interface RefundDecision {
  changes: Partial<RefundRow>;
  /** The timeline event, about which the user is notified. */
  event: 'REFUND_PROCESSED' | 'REFUND_FAILED' | null;
}

const MINUTE = 60_000;
/** Milliseconds until a pending refund is queried, in case its webhook was lost. The delay grows with each attempt. */
const POLL_AFTER = 30_000;
/** Milliseconds until a new generation is sent after a temporary refusal, such as a low balance. */
const RETRY_AFTER = 60 * MINUTE;
const MOST_GENERATIONS = 24;

/** Decides what a reply of the gateway changes. Pure. An old, repeated or late reply changes nothing. */
export function decideRefund(refund: RefundRow, reply: GatewayReply, now: Date): RefundDecision {
  switch (reply.kind) {
    case 'reported':
      return applyReport(refund, reply, now);
    case 'refused':
      if (refund.status !== 'PROCESSING') return { changes: {}, event: null };
      return reply.retry && refund.generation < MOST_GENERATIONS
        ? { changes: { ...newGeneration(refund, now, RETRY_AFTER), lastError: reply.detail }, event: null }
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

/**
 * The changes that make a worker send the refund again under a new key, `after` milliseconds from now. Only allowed
 * after a definitive refusal or failure.
 */
export function newGeneration({ generation }: RefundRow, now: Date, after = 0): Partial<RefundRow> {
  return {
    status: 'PROCESSING',
    generation: generation + 1,
    firstSentAt: null,
    gatewayRefundId: null,
    gatewayUpdatedAt: null,
    processedAt: null,
    settledAt: null,
    failureReason: null,
    nextAttemptAt: new Date(now.getTime() + after),
  };
}

/** Milliseconds until the next attempt: 2 s, 4 s, 8 s, ... up to ten minutes. */
export function backoff(attempts: number): number {
  return Math.min(10 * MINUTE, 1_000 * 2 ** Math.min(attempts, 20));
}

function applyReport(
  row: RefundRow,
  { refund, generation, happenedAt, fromBooks = false }: Extract<GatewayReply, { kind: 'reported' }>,
  now: Date,
): RefundDecision {
  const another = generation !== row.generation;
  // Answers and webhooks may be older than the failure. Only the gateway's books reopen a failed refund.
  const isFinal = row.status === 'FAILED' && !fromBooks;
  if (another && isFinal) return { changes: {}, event: null };
  const newest = another ? null : row.gatewayUpdatedAt;
  if (happenedAt && newest && happenedAt < newest) return { changes: {}, event: null };
  const facts = {
    // Adopt the generation whose request succeeded: later events refer to it.
    ...(another ? { generation } : {}),
    gatewayRefundId: refund.id,
    bankReference: refund.bankReference ?? row.bankReference,
    gatewayUpdatedAt: happenedAt ?? newest,
  };
  switch (refund.status) {
    case 'pending': {
      if (row.status !== 'PROCESSING') return { changes: facts, event: null };
      const nextAttemptAt = new Date(now.getTime() + Math.max(POLL_AFTER, backoff(row.attempts)));
      return { changes: { ...facts, nextAttemptAt, lastError: null }, event: null };
    }
    case 'processed': {
      if (isFinal || !canBecome(row.status, 'PROCESSED')) return { changes: facts, event: null };
      const processedAt = happenedAt && happenedAt < now ? happenedAt : now;
      const changes = {
        ...facts,
        status: 'PROCESSED' as const,
        processedAt,
        nextAttemptAt: null,
        lastError: null,
        failureReason: null,
      };
      return { changes, event: 'REFUND_PROCESSED' };
    }
    case 'failed':
      if (!canBecome(row.status, 'FAILED')) return { changes: facts, event: null };
      return {
        changes: {
          ...facts,
          ...failed(refusalMessage('BANK_RETURNED'), 'the gateway reported it as failed'),
        },
        event: 'REFUND_FAILED',
      };
  }
}

function failed(failureReason: string, lastError: string): Partial<RefundRow> {
  return { status: 'FAILED', failureReason, lastError, nextAttemptAt: null };
}
