import type { SendMailOptions } from 'nodemailer';
import { plainText } from '../platform/text/plain-text.ts';

/** One e-mail. */
export interface Mail {
  /** With angle brackets. The same message always has the same one. */
  messageId: string;
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; content: string; contentType: string }[];
}

/** What hands mails over to be delivered. */
export interface Mailer {
  /** @throws when the mail was not, or perhaps not, handed over */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** One address and nothing around it: a list, a comment or a line break would reach other people. */
const ADDRESS = /^[^\s\p{C}<>()[\]\\,;:"@]+@[^\s\p{C}<>()[\]\\,;:"@]+$/u;

/** RFC 5321, 4.5.3.1.3, without the angle brackets. */
const LONGEST_ADDRESS = 254;
/** Beyond any name of a person. UTF-16 units. */
const LONGEST_NAME = 100;

/** A mail as nodemailer takes it. Names and subjects come from users and cannot add a header. */
export function mimeMessage(mail: Mail, from: string): SendMailOptions {
  const { name, address } = mail.to;
  if (address.length > LONGEST_ADDRESS || !ADDRESS.test(address))
    throw new Error('the address is not one e-mail address');
  return {
    ...mail,
    from,
    to: { name: plainText(name).slice(0, LONGEST_NAME), address },
    subject: plainText(mail.subject),
    // So that nobody's out-of-office notice answers.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
