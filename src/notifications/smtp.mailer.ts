import { createTransport } from 'nodemailer';
import { type Mailer, mimeMessage } from './mailer.ts';

/** Well within a notification's lease, so that a hanging server does not have two workers send. Milliseconds. */
const LONGEST = 20_000;
const TIMEOUTS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };

/**
 * Sends by SMTP, a connection a mail. The URL is nodemailer's: smtps://user:password@host:465, or smtp://host:587,
 * which uses TLS when the server offers it and ?requireTLS=true always.
 */
export function createSmtpMailer({ url, from }: { url: string; from: string }): Mailer {
  const transport = createTransport({ url, ...TIMEOUTS });
  return {
    send: async (mail) => {
      await transport.sendMail({ ...mimeMessage(mail, from), signal: AbortSignal.timeout(LONGEST) });
    },
    close: () => transport.close(),
  };
}
