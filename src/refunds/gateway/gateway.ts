import type { RefusalReason } from './refusal-reason.ts';

/** The payment provider's refund API. */
export interface Gateway {
  /** Never throws. The same request can be sent again: the provider makes at most one refund for its key. */
  createRefund(request: RefundRequest): Promise<CreateRefundResult>;
  /**
   * Never throws. Searches the refunds of the payment for those noted with this ticket and step, whatever their refund
   * id and generation. This works even after the provider has forgotten the key, or our database has forgotten the refund.
   */
  findRefund(request: RefundRequest): Promise<FindRefundResult>;
  /** Never throws. Lists the refunds noted with our tickets that were made since a time, newest first. */
  listRefunds(since: Date): Promise<ListRefundsResult>;
}

/** A request to refund a payment, or a part of it. Refund id and generation are its idempotency key. */
export interface RefundRequest {
  userId: string;
  ticketId: string;
  /** Counts the cancellations of the ticket from 1. */
  step: number;
  refundId: string;
  generation: number;
  /** The gateway's id of the payment. */
  transactionId: string;
  /** Paise. */
  amount: bigint;
  /** The gateway's id of the refund, if we know it. It is not sent, but preferred among several refunds. */
  gatewayRefundId?: string | null;
  /**
   * When the refund was requested. A refund of its amount that was made later without notes, in the gateway's
   * dashboard, is taken for it. It is not sent.
   */
  requestedAt?: Date;
  /** The gateway's ids of the ticket's other refunds: none of them is this one. They are not sent. */
  others?: readonly string[];
  /**
   * Whether another refund of the ticket has the same amount and no gateway's id yet: then nobody knows which of them a
   * refund without notes is. It is not sent.
   */
  hasRival?: boolean;
}

export interface GatewayRefund {
  /** The gateway's own id, rfnd_... */
  id: string;
  status: 'pending' | 'processed' | 'failed';
  /** Paise. */
  amount: bigint;
  /** The bank's reference (ARN, RRN or UTR). It often arrives after the status `processed`. */
  bankReference: string | null;
  createdAt: Date;
}

/** A refund as the gateway has it, with the ids that we sent with the request as notes. */
export interface NotedRefund {
  userId: string;
  ticketId: string;
  refundId: string;
  generation: number;
  /** Counts the cancellations of the ticket from 1. */
  step: number;
  /** The gateway's id of the payment. */
  transactionId: string;
  refund: GatewayRefund;
}

/** A webhook event about a refund of ours. */
export interface GatewayEvent extends NotedRefund {
  /** The same for every delivery of one event. The signature does not cover it. */
  id: string;
  /** refund.created, refund.processed, refund.failed, ... Decisions use the refund's status instead. */
  type: string;
  /** The gateway's time, in whole seconds, so two events of one refund can have the same time. */
  happenedAt: Date;
}

export type CreateRefundResult =
  /** The refund exists. `generation` is that of the request that made it. Its status may already be failed. */
  | { kind: 'accepted'; refund: GatewayRefund; generation: number }
  /** Definitive: no refund was or will be made under this key. `retry`: a new key may succeed later. */
  | { kind: 'refused'; reason: RefusalReason; retry: boolean; detail: string }
  /** The refund may exist: a time-out, 409, 429, 5xx or an unreadable answer. Find it, then retry with the same key. */
  | { kind: 'unknown'; detail: string };

export type FindRefundResult =
  /**
   * A refund of this ticket and step that did not fail or, if all failed, the one of this request. `others` are the
   * gateway's ids of further refunds that did not fail: the money was sent more than once.
   */
  | { kind: 'found'; refund: GatewayRefund; generation: number; others: string[] }
  /** This request made no refund, and those of other generations failed. */
  | { kind: 'none' }
  | { kind: 'unknown'; detail: string };

export type ListRefundsResult =
  /** `unreadable` are the gateway's ids of refunds with our notes that cannot be read. */
  { kind: 'listed'; refunds: NotedRefund[]; unreadable: string[] } | { kind: 'unknown'; detail: string };
