import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface MailServer {
  url: string;
  /** What it took, in order. */
  mails: { to: string[]; raw: string; parsed: ParsedMail }[];
  close(): Promise<void>;
}

/**
 * A real SMTP server on a port of its own; one can be had again after it was closed. `answer` can refuse a mail, and
 * `options` anything before it.
 */
export async function startMailServer(
  port = 0,
  answer?: () => Error | null,
  options: SMTPServerOptions = {},
): Promise<MailServer> {
  const mails: MailServer['mails'] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    ...options,
    onData: async (stream, session, done) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      const raw = Buffer.concat(chunks);
      const parsed = await simpleParser(raw);
      const refusal = answer?.() ?? null;
      if (!refusal) {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, raw: raw.toString(), parsed });
      }
      done(refusal);
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: listening } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${listening}`,
    mails,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
