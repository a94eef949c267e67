/** What became of an SMS. */
export type SmsResult =
  | { kind: 'sent'; id: string }
  /** The provider will not send this message, ever. */
  | { kind: 'refused'; detail: string }
  /** Certainly not taken, for a reason that may pass: it may be sent again. */
  | { kind: 'notTaken'; detail: string }
  /** The request may have been taken, but no whole answer came: it must not be sent again. */
  | { kind: 'unknown'; detail: string };

/** What hands SMS over to be delivered. */
export interface SmsSender {
  /** Never throws. */
  send(sms: { to: string; text: string }): Promise<SmsResult>;
}
