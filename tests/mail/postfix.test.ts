import { simpleParser } from 'mailparser';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Mail, MailRefusedError } from '../../src/notifications/mailer.ts';
import { createSmtpMailer } from '../../src/notifications/smtp.mailer.ts';
import { PATIENTLY } from '../support/patiently.ts';
import { hasPostfix, type Postfix, startPostfix } from './postfix.ts';

const MAIL: Mail = {
  messageId: '<ticket-cancelled.TKT-1.0123456789abcdef@usher.example>',
  to: { name: 'मीरा जोशी', address: 'asha@example.in' },
  subject: 'आपका टिकट रद्द हो गया है: ₹333',
  text: 'नमस्ते\n',
  html: '<p>नमस्ते</p>',
  attachments: [],
};

describe.skipIf(!hasPostfix)('a real Postfix', () => {
  let postfix: Postfix;
  beforeAll(async () => {
    postfix = await startPostfix();
  });

  /** "sent", or what came of it and what the server said. */
  async function sendTo(address: string, mail = MAIL, url = postfix.url): Promise<string> {
    const mailer = createSmtpMailer({ url, from: 'Usher <tickets@usher.example>' });
    try {
      await mailer.send({ ...mail, to: { ...mail.to, address } });
      return 'sent';
    } catch (error) {
      return `${error instanceof MailRefusedError ? 'for good' : 'for now'}: ${(error as Error).message}`;
    } finally {
      mailer.close();
    }
  }

  it('delivers a mail as it was written, also to an address with a trailing blank', async () => {
    expect(await sendTo('asha@example.in ')).toBe('sent');
    const [raw = ''] = await vi.waitFor(async () => {
      const mails = await postfix.delivered('asha');
      expect(mails).toHaveLength(1);
      return mails;
    }, PATIENTLY);
    expect(await simpleParser(raw)).toMatchObject({ messageId: MAIL.messageId, subject: MAIL.subject });
  });

  it('refuses an unknown recipient for good', async () => {
    expect(await sendTo('nobody@example.in')).toMatch(/^for good: .* 550 5\.1\.1 /);
  });

  it('refuses a full mailbox for good', async () => {
    expect(await sendTo('full@example.in')).toMatch(/^for good: .* 552 5\.2\.2 /);
  });

  it('refuses to relay for good', async () => {
    expect(await sendTo('asha@elsewhere.example')).toMatch(/^for good: .* 554 5\.7\.1 /);
  });

  it('greylists for now, and accepts the next attempt', async () => {
    postfix.greylist.set('grey@example.in', 1);
    expect(await sendTo('grey@example.in')).toMatch(/^for now: .* 450 4\.[27]\.\d /);
    expect(await sendTo('grey@example.in')).toBe('sent');
    await vi.waitFor(async () => expect(await postfix.delivered('grey')).toHaveLength(1), PATIENTLY);
  });

  it('takes an address outside ASCII only with SMTPUTF8', async () => {
    expect(await sendTo('मीरा@example.in', MAIL, postfix.plainUrl)).toMatch(/^for good: .*SMTPUTF8/);
    expect(await postfix.delivered('meera')).toEqual([]);
    expect(await sendTo('मीरा@example.in')).toBe('sent');
    await vi.waitFor(async () => expect(await postfix.delivered('meera')).toHaveLength(1), PATIENTLY);
  });

  it('takes one in ASCII without SMTPUTF8, whatever the name and text are', async () => {
    expect(await sendTo('grey@example.in', MAIL, postfix.plainUrl)).toBe('sent');
    await vi.waitFor(async () => expect(await postfix.delivered('grey')).toHaveLength(2), PATIENTLY);
  });
});
