import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Findings } from './findings.ts';

export interface TakenMail {
  messageId: string;
  to: string;
  subject: string;
  text: string;
}

export interface MailServer {
  url: string;
  /** All delivered mails in order, including duplicates. */
  mails: TakenMail[];
  /** Awaited after a mail is delivered and before the sender receives the response. */
  beforeAnswer: (mail: TakenMail) => Promise<void>;
  /** Chooses the fault of the next mail. */
  fault: () => 'refused' | 'delivered, but answered 451' | null;
  close(): Promise<void>;
}

/** An SMTP server that records all mails. */
export async function startMailServer(findings: Findings): Promise<MailServer> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, session, done) => {
      // A sender that was killed leaves an incomplete mail.
      take(stream, session).then(done, done);
    },
  });

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Error | null> {
    const { messageId = '', subject = '', text = '' } = await simpleParser(stream);
    const to = session.envelope.rcptTo.map(({ address }) => address).join();
    const mail = { messageId, to, subject, text };
    const fault = mailServer.fault();
    if (fault) findings.count(`mail faults: ${fault}`);
    if (fault !== 'refused') mailServer.mails.push(mail);
    await mailServer.beforeAnswer(mail);
    return fault ? Object.assign(new Error('try again later'), { responseCode: 451 }) : null;
  }

  // Killed senders break their connections.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  const mailServer: MailServer = {
    url: `smtp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    mails: [],
    beforeAnswer: async () => {},
    fault: () => null,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  return mailServer;
}
