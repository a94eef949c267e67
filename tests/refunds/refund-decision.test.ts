import { describe, expect, it } from 'vitest';
import type { GatewayRefund } from '../../src/refunds/gateway/gateway.ts';
import { backoff, decideRefund, newGeneration } from '../../src/refunds/refund-decision.ts';
import { canBecome, type RefundRow } from '../../src/refunds/refund-transitions.ts';

const now = new Date('2024-12-15T12:00:00Z');
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

const asked: RefundRow = {
  userId: 'user-asha',
  id: 'refund-1',
  ticketId: 'TKT-1',
  step: 1,
  paymentId: 'payment-1',
  originalAmount: 37_000n,
  cancellationFee: 3_700n,
  refundAmount: 33_300n,
  status: 'PROCESSING',
  etaMinBusinessDays: 3,
  etaMaxBusinessDays: 5,
  requestedAt: at(-10),
  generation: 1,
  firstSentAt: at(-9),
  gatewayRefundId: null,
  gatewayUpdatedAt: null,
  attempts: 1,
  nextAttemptAt: now,
  lease: 1,
  leaseUntil: at(1),
  lastError: null,
  processedAt: null,
  bankReference: null,
  settledAt: null,
  comparedAt: null,
  failureReason: null,
};
const processed: RefundRow = {
  ...asked,
  status: 'PROCESSED',
  processedAt: at(-5),
  nextAttemptAt: null,
  gatewayUpdatedAt: at(-5),
};
const reported = (
  status: GatewayRefund['status'],
  happenedAt: Date | null = null,
  bankReference: string | null = null,
  generation = 1,
) => ({
  kind: 'reported' as const,
  generation,
  happenedAt,
  refund: { id: 'rfnd_1', status, amount: 33_300n, bankReference, createdAt: at(-8) },
});

describe('a refund', () => {
  it.each([
    ['PROCESSING', 'PROCESSED', true],
    ['PROCESSING', 'FAILED', true],
    ['PROCESSED', 'FAILED', true],
    ['FAILED', 'PROCESSING', true],
    ['PROCESSED', 'PROCESSING', false],
    ['FAILED', 'PROCESSED', true],
    ['NOT_REQUIRED', 'PROCESSING', false],
  ] as const)('that is %s can become %s: %s', (from, to, can) => {
    expect(canBecome(from, to)).toBe(can);
  });

  it('is queried again later while it is pending', () => {
    const { changes, event } = decideRefund(asked, reported('pending'), now);
    expect(changes).toMatchObject({ gatewayRefundId: 'rfnd_1', nextAttemptAt: at(0.5) });
    const { changes: later } = decideRefund({ ...asked, attempts: 9 }, reported('pending'), now);
    expect(later.nextAttemptAt).toEqual(new Date(now.getTime() + 512_000));
    expect([changes.status, event]).toEqual([undefined, null]);
  });

  it('is PROCESSED at the time that the gateway reports', () => {
    const { changes, event } = decideRefund(asked, reported('processed', at(-1), 'ARN1'), now);
    expect(changes).toMatchObject({
      status: 'PROCESSED',
      processedAt: at(-1),
      bankReference: 'ARN1',
      nextAttemptAt: null,
    });
    expect(event).toBe('REFUND_PROCESSED');
  });

  it('that is PROCESSED stores a later bank reference without another notification', () => {
    const { changes, event } = decideRefund(processed, reported('processed', at(-4), 'ARN1'), now);
    expect([changes.bankReference, changes.status, event]).toEqual(['ARN1', undefined, null]);
  });

  it('that is PROCESSED fails when the bank returns the money', () => {
    const { changes, event } = decideRefund(processed, reported('failed', at(-1)), now);
    expect(changes).toMatchObject({ status: 'FAILED', failureReason: expect.stringContaining('bank') });
    expect(event).toBe('REFUND_FAILED');
  });

  it('ignores an event that is older than the newest one', () => {
    for (const status of ['pending', 'processed', 'failed'] as const) {
      expect(decideRefund(processed, reported(status, at(-6)), now)).toEqual({ changes: {}, event: null });
    }
  });

  it.each([
    ['pending', { nextAttemptAt: at(0.5) }],
    ['processed', { status: 'PROCESSED', processedAt: now }],
  ] as const)('adopts an earlier generation that is %s after all', (status, changes) => {
    const retried = { ...asked, generation: 3, gatewayUpdatedAt: at(-1) };
    expect(decideRefund(retried, reported(status, null, null, 1), now).changes).toMatchObject({
      ...changes,
      generation: 1,
      gatewayRefundId: 'rfnd_1',
      // The earlier time belongs to another generation.
      gatewayUpdatedAt: null,
    });
  });

  it('that failed adopts no earlier generation until an operator retries it', () => {
    const failed: RefundRow = { ...asked, generation: 2, status: 'FAILED', failureReason: 'x' };
    expect(decideRefund(failed, reported('processed'), now)).toEqual({ changes: {}, event: null });
  });

  it('that failed ignores late replies', () => {
    const failed: RefundRow = { ...asked, status: 'FAILED', failureReason: 'x', nextAttemptAt: null };
    for (const reply of [
      reported('pending'),
      reported('processed'),
      { kind: 'unknown' as const, detail: '' },
    ]) {
      expect(decideRefund(failed, reply, now)).toMatchObject({ event: null });
      expect(decideRefund(failed, reply, now).changes.status).toBeUndefined();
    }
  });

  it('that failed is PROCESSED after all when the gateway’s books say so, whichever generation it was', () => {
    const failed: RefundRow = {
      ...asked,
      generation: 2,
      status: 'FAILED',
      failureReason: 'x',
      nextAttemptAt: null,
    };
    for (const generation of [1, 2]) {
      const fromBooks = { ...reported('processed', null, 'ARN1', generation), fromBooks: true };
      const { changes, event } = decideRefund(failed, fromBooks, now);
      expect(changes).toMatchObject({ status: 'PROCESSED', processedAt: now, failureReason: null });
      expect(event).toBe('REFUND_PROCESSED');
    }
  });

  it('is not PROCESSED in the future', () => {
    expect(decideRefund(asked, reported('processed', at(3)), now).changes.processedAt).toEqual(now);
  });

  it('with an unknown result is retried with the same key, after growing delays', () => {
    const { changes } = decideRefund({ ...asked, attempts: 3 }, { kind: 'unknown', detail: 'time-out' }, now);
    expect(changes).toEqual({ nextAttemptAt: new Date(now.getTime() + 8_000), lastError: 'time-out' });
    expect([backoff(1), backoff(2), backoff(50)]).toEqual([2_000, 4_000, 600_000]);
  });

  it('that is refused finally fails with a reason for the user', () => {
    const reply = { kind: 'refused', reason: 'TOO_OLD', retry: false, detail: 'BAD_REQUEST_ERROR' } as const;
    const { changes, event } = decideRefund(asked, reply, now);
    expect(changes).toMatchObject({ status: 'FAILED', nextAttemptAt: null, lastError: 'BAD_REQUEST_ERROR' });
    expect(changes.failureReason).not.toContain('BAD_REQUEST');
    expect(event).toBe('REFUND_FAILED');
  });

  it('that is refused temporarily is retried with a new key, a limited number of times', () => {
    const reply = { kind: 'refused', reason: 'INSUFFICIENT_BALANCE', retry: true, detail: 'low' } as const;
    const { changes, event } = decideRefund(asked, reply, now);
    expect(changes).toMatchObject({
      generation: 2,
      firstSentAt: null,
      nextAttemptAt: at(60),
      status: 'PROCESSING',
    });
    expect(event).toBeNull();
    expect(decideRefund({ ...asked, generation: 24 }, reply, now)).toMatchObject({ event: 'REFUND_FAILED' });
  });

  it('that an operator retries starts without the data of the old generation', () => {
    const failed: RefundRow = {
      ...processed,
      status: 'FAILED',
      failureReason: 'x',
      gatewayRefundId: 'rfnd_1',
    };
    const fresh = {
      generation: 2,
      firstSentAt: null,
      gatewayRefundId: null,
      gatewayUpdatedAt: null,
      processedAt: null,
    };
    expect(newGeneration(failed, now)).toMatchObject({ ...fresh, failureReason: null, nextAttemptAt: now });
  });
});
