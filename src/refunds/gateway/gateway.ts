import type { RefusalReason } from './refusal-reason.ts';

/** The payment provider as refunds need it: ask for money back once, and find out what became of that. */
export interface Gateway {
  /** Never throws. The same request may be sent again: the provider makes one refund for its key. */
  createRefund(request: RefundRequest): Promise<CreateRefundResult>;
  /** Never throws. Finds what any request for this refund made, also after the provider has forgotten the key. */
  findRefund(request: RefundRequest): Promise<FindRefundResult>;
}

/** One request for money at the gateway: the same refund and generation are the same key, for ever. */
export interface RefundRequest {
  userId: string;
  ticketId: string;
  refundId: string;
  generation: number;
  /** The gateway's id of the payment. */
  transactionId: string;
  /** Paise. */
  amount: bigint;
}

export interface GatewayRefund {
  /** The gateway's own id, rfnd_... */
  id: string;
  status: 'pending' | 'processed' | 'failed';
  /** Paise. */
  amount: bigint;
  /** What the bank calls it (ARN, RRN or UTR); often comes later than processed. */
  bankReference: string | null;
  createdAt: Date;
}

/** What the gateway tells by itself. The ids are ours, from the notes that went with the request. */
export interface GatewayEvent {
  /** The same for each delivery of one event. The signature does not cover it. */
  id: string;
  /** refund.created, refund.processed, refund.failed, ... What happened is in the refund's status. */
  type: string;
  /** By the gateway's clock, to the second: two events of one refund can have the same time. */
  happenedAt: Date;
  userId: string;
  ticketId: string;
  refundId: string;
  generation: number;
  refund: GatewayRefund;
}

export type CreateRefundResult =
  /** It exists, by this request or by one of another generation; its status may already be failed. */
  | { kind: 'accepted'; refund: GatewayRefund; generation: number }
  /** A definitive no: nothing was or will be refunded under this key. With retry, asking later under a new key may work. */
  | { kind: 'refused'; reason: RefusalReason; retry: boolean; detail: string }
  /** Nobody knows: a time-out, 409, 429, 5xx, an answer that makes no sense. Look it up, then ask again with the same key. */
  | { kind: 'unknown'; detail: string };

export type FindRefundResult =
  /**
   * The refund by which money goes out, of whatever generation; only when there is none, the demand's own that failed.
   * `others` are the gateway's ids of further ones that did not fail: money that goes out twice.
   */
  | { kind: 'found'; refund: GatewayRefund; generation: number; others: string[] }
  /** Nothing of this generation, and of no other anything but what failed. */
  | { kind: 'none' }
  | { kind: 'unknown'; detail: string };
