import type { Mailer } from '../notifications/mailer.ts';
import type { SmsSender } from '../notifications/sms-sender.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import type { RefundServices } from '../refunds/send-refund.ts';

/** What jobs work with. */
export interface WorkerServices extends RefundServices {
  mailer: Mailer;
  /** Null: no SMS are sent. */
  sms: SmsSender | null;
  metrics: Metrics;
}
