import type { Logger } from 'pino';
import { claimRefund, type RefundClaim } from './claim-refund.ts';
import type { Gateway, GatewayRefund, RefundDemand } from './gateway/gateway.ts';
import { recordWord } from './record-word.ts';
import type { Word } from './refund-decision.ts';
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
  const word = await askGateway(gateway, claim);
  const { ticketId, id: refundId, generation, attempts } = claim.refund;
  log.info({ ticketId, refundId, generation, attempts, word: word.kind }, 'the gateway was asked');
  if (!(await recordWord(services, claim, word))) {
    const said = word.kind === 'told' ? `${word.refund.id} ${word.refund.status}` : word.detail;
    log.warn({ ticketId, refundId, generation, word: word.kind, said }, 'the gateway answered too late');
  }
}

/**
 * What was sent before, also for an earlier generation, is looked up first: neither an answer that was lost nor a no that
 * was not the last word may become a second refund.
 */
async function askGateway(gateway: Gateway, claim: RefundClaim): Promise<Word> {
  const demand = demandOf(claim);
  if (claim.sentBefore || demand.generation > 1) {
    const lookUp = await gateway.lookUpRefund(demand);
    if (lookUp.kind === 'found') return told(lookUp);
    if (lookUp.kind === 'unknown') return lookUp;
  }
  const answer = await gateway.demandRefund(demand);
  return answer.kind === 'accepted' ? told(answer) : answer;
}

function told({ refund, generation }: { refund: GatewayRefund; generation: number }): Word {
  return { kind: 'told', refund, generation, happenedAt: null };
}

/** The same refund and generation make the same demand, byte for byte. */
export function demandOf({
  refund,
  transactionId,
}: Pick<RefundClaim, 'refund' | 'transactionId'>): RefundDemand {
  const { userId, ticketId, id: refundId, generation, refundAmount: amount } = refund;
  return { userId, ticketId, refundId, generation, transactionId, amount };
}
