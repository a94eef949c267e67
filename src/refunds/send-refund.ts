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
 * Takes a refund one step on: claim it, ask the gateway outside any transaction, write down the answer. Does nothing
 * when it is not due or another worker has it. Whatever the gateway does, nothing is thrown for it.
 */
export async function sendRefund(services: RefundServices, key: RefundKey): Promise<void> {
  const { db, clock, gateway, log } = services;
  const claim = await claimRefund(db, clock, key);
  if (!claim) return;
  const reply = await askGateway(gateway, claim);
  const { ticketId, id: refundId, generation, attempts } = claim.refund;
  log.info({ ticketId, refundId, generation, attempts, reply: reply.kind }, 'the gateway was asked');
  if (!(await recordGatewayReply(services, claim, reply))) {
    const said = reply.kind === 'reported' ? `${reply.refund.id} ${reply.refund.status}` : reply.detail;
    log.warn({ ticketId, refundId, generation, reply: reply.kind, said }, 'the gateway answered too late');
  }
}

/**
 * What was sent before, also for an earlier generation, is looked up first: neither an answer that was lost nor a no that
 * was not the last reply may become a second refund.
 */
async function askGateway(gateway: Gateway, claim: RefundClaim): Promise<GatewayReply> {
  const request = refundRequestOf(claim);
  if (claim.sentBefore || request.generation > 1) {
    const lookUp = await gateway.findRefund(request);
    if (lookUp.kind === 'found') return reported(lookUp);
    if (lookUp.kind === 'unknown') return lookUp;
  }
  const answer = await gateway.createRefund(request);
  return answer.kind === 'accepted' ? reported(answer) : answer;
}

function reported({ refund, generation }: { refund: GatewayRefund; generation: number }): GatewayReply {
  return { kind: 'reported', refund, generation, happenedAt: null };
}

/** The same refund and generation make the same request, byte for byte. */
export function refundRequestOf({
  refund,
  transactionId,
}: Pick<RefundClaim, 'refund' | 'transactionId'>): RefundRequest {
  const { userId, ticketId, id: refundId, generation, refundAmount: amount } = refund;
  return { userId, ticketId, refundId, generation, transactionId, amount };
}
