import type { Logger } from 'pino';
import { claimRefund, type RefundClaim } from './claim-refund.ts';
import type { Gateway, GatewayRefund, RefundRequest } from './gateway/gateway.ts';
import { recordGatewayReply } from './record-gateway-reply.ts';
import type { GatewayReply } from './refund-decision.ts';
import type { RefundStore } from './refund-store.ts';
import type { RefundKey } from './refund-transitions.ts';

export interface RefundServices extends RefundStore {
  gateway: Gateway;
  log: Logger;
}

/**
 * Moves a refund one step forward: claims it, calls the gateway outside any transaction, records the reply. Does
 * nothing if the refund is not due or another worker holds it. Throws only for the database, never for the gateway.
 */
export async function sendRefund(services: RefundServices, key: RefundKey): Promise<void> {
  const { db, clock, gateway, log } = services;
  const claim = await claimRefund(db, clock, key);
  if (!claim) return;
  const reply = await callGateway(gateway, claim);
  const { ticketId, id: refundId, generation, attempts } = claim.refund;
  log.info({ ticketId, refundId, generation, attempts, reply: reply.kind }, 'the gateway was called');
  if (!(await recordGatewayReply(services, claim, reply))) {
    const detail = reply.kind === 'reported' ? `${reply.refund.id} ${reply.refund.status}` : reply.detail;
    log.warn({ ticketId, refundId, generation, reply: reply.kind, detail }, 'the gateway answered too late');
  }
}

/**
 * Queries the gateway before each demand, the first one included. A lost answer, a refusal that was later overruled, or
 * a database that was restored from an older backup could otherwise lead to a second refund.
 */
async function callGateway(gateway: Gateway, claim: RefundClaim): Promise<GatewayReply> {
  const request = refundRequestOf(claim);
  const found = await gateway.findRefund(request);
  if (found.kind === 'found') return reported(found);
  if (found.kind === 'unknown') return found;
  const answer = await gateway.createRefund(request);
  return answer.kind === 'accepted' ? reported(answer) : answer;
}

function reported({ refund, generation }: { refund: GatewayRefund; generation: number }): GatewayReply {
  return { kind: 'reported', refund, generation, happenedAt: null };
}

/** A pure function of the row: the same refund and generation give the same bytes to send. */
export function refundRequestOf({ refund, ...known }: RefundClaim): RefundRequest {
  const { userId, ticketId, step, id: refundId, generation, refundAmount: amount } = refund;
  const { gatewayRefundId, requestedAt } = refund;
  const request = { userId, ticketId, step, refundId, generation, amount, gatewayRefundId, requestedAt };
  return { ...request, ...known };
}
