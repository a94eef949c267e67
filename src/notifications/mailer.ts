import type { SendMailOptions } from 'nodemailer';
import { plainText } from '../platform/text/plain-text.ts';

export interface Mail {
  /** With angle brackets. The same notification always has the same Message-ID. */
  messageId: string;
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; content: string; contentType: string }[];
}

/** Hands mails over for delivery. */
export interface Mailer {
  /** The address of the sender, in ASCII. */
  readonly from: string;
  /**
   * @throws when the mail was not accepted or may not have been; MailRefusedError when it never will be
   */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** Neither this mail server nor the next attempt will accept the mail. */
export class MailRefusedError extends Error {}

/** Exactly one address: a list, a comment or a line break could reach other people. */
const ADDRESS = /^[^\s\p{C}<>()[\]\\,;:"@]+@[^\s\p{C}<>()[\]\\,;:"@]+$/u;

/** RFC 5321, 4.5.3.1.3, without the angle brackets. */
const LONGEST_ADDRESS = 254;
/** UTF-16 units; longer than people's names. */
const LONGEST_NAME = 100;

/**
 * Converts a mail for nodemailer. Names and subjects come from users and cannot add a header.
 *
 * @throws MailRefusedError when the address is not exactly one e-mail address
 */
export function mimeMessage(
  mail: Mail,
  from: string,
): SendMailOptions & { to: { name: string; address: string } } {
  const { name } = mail.to;
  // A blank at its end came from a form.
  const address = plainText(mail.to.address);
  if (address.length > LONGEST_ADDRESS || !ADDRESS.test(address))
    throw new MailRefusedError('the address is not one e-mail address');
  return {
    ...mail,
    from,
    to: { name: plainText(name).slice(0, LONGEST_NAME), address },
    subject: plainText(mail.subject),
    // Prevents out-of-office replies.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
