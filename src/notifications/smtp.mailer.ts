import { createTransport } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { asciiAddressOf } from '../platform/text/mail-address.ts';
import { type Mailer, MailRefusedError, mimeMessage } from './mailer.ts';

/** Milliseconds. Much shorter than a lease, so two workers never send the same mail to a hanging server. */
const TOTAL_TIMEOUT = 20_000;
const TIMEOUTS = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 10_000 };

/** The commands whose refusal is about this mail. That of any other is about our settings, and may be mended. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA']);

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
      const message = mimeMessage(mail, from);
      if (needsSmtpUtf8(message.to.address) && !(await offersSmtpUtf8(transport.options)))
        throw new MailRefusedError('the mail server does not take addresses with such letters (SMTPUTF8)');
      try {
        await transport.sendMail({ ...message, signal: AbortSignal.timeout(TOTAL_TIMEOUT) });
      } catch (error) {
        if (isPermanent(error)) throw new MailRefusedError(error.message, { cause: error });
        throw error;
      }
    },
    close: () => transport.close(),
  };
}

/** RFC 5321, 4.2.1: a reply that begins with 5 will be the same next time. */
function isPermanent(error: unknown): error is Error {
  if (!(error instanceof Error) || !('responseCode' in error) || !('command' in error)) return false;
  const code = Number(error.responseCode);
  return code >= 500 && code <= 599 && ABOUT_THE_MAIL.has(String(error.command));
}

/** A domain has an ASCII form, a local part has none (RFC 6531). */
function needsSmtpUtf8(address: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return !/^[\x00-\x7f]*@/.test(address);
}

/**
 * Asks the server in a connection of its own. nodemailer 10.6.0 would send such an address to any server, in bytes that
 * the server need not understand.
 */
function offersSmtpUtf8(options: SMTPConnection.Options): Promise<boolean> {
  const connection = new SMTPConnection(options);
  return new Promise<boolean>((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('Connection closed')));
    connection.connect(() => {
      // The reply to EHLO; after STARTTLS to the second one.
      resolve(/^250[ -]SMTPUTF8\s*$/im.test(String(connection.lastServerResponse)));
      connection.quit();
    });
  }).finally(() => connection.close());
}
