import type { SendMailOptions } from 'nodemailer';
import { plainText } from './plain-text.ts';

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

/** A mail as nodemailer takes it. Names and subjects come from users and cannot add a header. */
export function mimeMessage(mail: Mail, from: string): SendMailOptions {
  if (!ADDRESS.test(mail.to.address)) throw new Error('the address is not one e-mail address');
  return {
    ...mail,
    from,
    to: { name: plainText(mail.to.name), address: mail.to.address },
    subject: plainText(mail.subject),
    // So that nobody's out-of-office notice answers.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
