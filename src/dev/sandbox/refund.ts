/** Razorpay's refund entity. */
export interface Refund {
  id: string;
  entity: 'refund';
  amount: number;
  currency: 'INR';
  payment_id: string;
  /** Without notes, an empty list, as PHP writes it. */
  notes: Record<string, string> | [];
  receipt: string | null;
  acquirer_data: { arn?: string | null; rrn?: string | null; utr?: string | null };
  created_at: number;
  batch_id: null;
  status: 'pending' | 'processed' | 'failed';
  speed_processed: 'normal' | 'instant';
  speed_requested: 'normal' | 'optimum';
}
