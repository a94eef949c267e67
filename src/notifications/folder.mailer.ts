import { createTransport } from 'nodemailer';
import { asciiAddressOf } from '../platform/text/mail-address.ts';
import { type Mailer, mimeMessage } from './mailer.ts';
import { writeMessageFile } from './message-file.ts';

/**
 * For development: writes each mail as a MIME file into a folder. A mail with the same Message-ID overwrites its file.
 */
export function createFolderMailer({ folder, from }: { folder: string; from: string }): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    from: asciiAddressOf(from),
    send: async (mail) => {
      const { message } = await transport.sendMail(mimeMessage(mail, from));
      if (!Buffer.isBuffer(message)) throw new Error('the mail was not written into memory');
      const name = mail.messageId.replace(/^<|@.*$/g, '');
      await writeMessageFile(folder, `${name}.eml`, message);
    },
    close: () => transport.close(),
  };
}
