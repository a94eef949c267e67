import { cancelTicket } from '../cancel-ticket.ts';
import { money } from '../shape.ts';

export async function answerCancel(userId: string, ticketId: string, key: string): Promise<object> {
  const { facts, quote } = await cancelTicket(userId, ticketId, key);
  const cancelTicketAnswer = {
    message: 'Ticket cancelled successfully',
    ticketId,
    status: 'CANCELLED',
    refund: {
      originalAmount: money(facts.total_amount),
      refundAmount: money(quote.refund),
      cancellationFee: money(quote.fee),
      refundStatus: 'PROCESSING',
      refundEta: `${facts.eta_min_business_days}-${facts.eta_max_business_days} business days`,
    },
    cancelledAt: facts.now,
  };
  return { cancelTicket: cancelTicketAnswer };
}
