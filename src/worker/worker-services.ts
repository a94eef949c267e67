import type { Mailer } from '../notifications/mailer.ts';
import type { SmsSender } from '../notifications/sms-sender.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import type { RefundServices } from '../refunds/send-refund.ts';

/** The dependencies of jobs. */
export interface WorkerServices extends RefundServices {
  mailer: Mailer;
  /** Null if no SMS are sent. */
  sms: SmsSender | null;
  metrics: Metrics;
  /** The most calls of the gateway at any time. A sweep works on as many refunds side by side. */
  gatewayCallsAtOnce: number;
}
