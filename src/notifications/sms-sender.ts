/** The result of sending an SMS. */
export type SmsResult =
  | { kind: 'sent'; id: string }
  /** The provider will never send this message. */
  | { kind: 'refused'; detail: string }
  /** Certainly not accepted, for a temporary reason. It can be sent again. */
  | { kind: 'notTaken'; detail: string }
  /** The provider may have accepted it, but no complete answer arrived. It must not be sent again. */
  | { kind: 'unknown'; detail: string };

/** Hands SMS over for delivery. */
export interface SmsSender {
  /**
   * Never throws.
   *
   * @param sms.to the phone number in E.164
   */
  send(sms: { to: string; text: string }): Promise<SmsResult>;
}
