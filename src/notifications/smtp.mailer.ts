import { createTransport } from 'nodemailer';
import { asciiAddressOf } from '../platform/text/mail-address.ts';
import { type Mailer, mimeMessage } from './mailer.ts';

/** Milliseconds. Much shorter than a lease, so two workers never send the same mail to a hanging server. */
const TOTAL_TIMEOUT = 20_000;
const TIMEOUTS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };

/**
 * Sends mails by SMTP, with one connection for each.
 *
 * @param url nodemailer's: smtps://user:password@host:465, or smtp://host:587, which uses TLS if the server offers it;
 *   with ?requireTLS=true it always does
 */
export function createSmtpMailer({ url, from }: { url: string; from: string }): Mailer {
  const transport = createTransport({ url, ...TIMEOUTS });
  return {
    from: asciiAddressOf(from),
    send: async (mail) => {
      await transport.sendMail({ ...mimeMessage(mail, from), signal: AbortSignal.timeout(TOTAL_TIMEOUT) });
    },
    close: () => transport.close(),
  };
}
