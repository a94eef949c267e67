import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolderMailer } from '../../src/notifications/folder.mailer.ts';
import { createFolderSmsSender } from '../../src/notifications/folder.sms-sender.ts';
import { type Mail, MailRefusedError } from '../../src/notifications/mailer.ts';
import { createSmtpMailer } from '../../src/notifications/smtp.mailer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type MailServer, startMailServer } from './mail.server.ts';

const FROM = 'Usher <tickets@usher.example>';
const MAIL: Mail = {
  messageId: '<ticket-cancelled.TKT-1.0123456789abcdef@usher.invalid>',
  to: { name: 'मीरा जोशी', address: 'meera@example.in' },
  subject: 'आपका टिकट रद्द हो गया है: ₹333.00',
  text: 'नमस्ते\n',
  html: '<p>नमस्ते</p>',
  attachments: [
    {
      filename: 'cancelled.ics',
      content: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n',
      contentType: 'text/calendar; charset=utf-8; method=CANCEL',
    },
  ],
};

describe('by SMTP', () => {
  let server: MailServer;
  beforeEach(async () => {
    server = await startMailServer();
  });
  afterEach(() => server.close());
  const send = (mail: Mail) => createSmtpMailer({ url: server.url, from: FROM }).send(mail);

  it('a mail arrives as it was written', async () => {
    await send(MAIL);
    expect(server.mails).toHaveLength(1);
    const [{ to, parsed } = { to: [], parsed: await simpleParser('') }] = server.mails;
    expect(to).toEqual(['meera@example.in']);
    expect(parsed).toMatchObject({ messageId: MAIL.messageId, subject: MAIL.subject });
    expect(parsed.from?.text).toBe('"Usher" <tickets@usher.example>');
    expect(parsed.to).toMatchObject({ value: [MAIL.to] });
    expect(parsed.text?.trim()).toBe('नमस्ते');
    expect(parsed.html).toBe('<p>नमस्ते</p>');
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(parsed.attachments).toMatchObject([{ filename: 'cancelled.ics', contentType: 'text/calendar' }]);
    expect(parsed.attachments[0]?.content.toString()).toBe(MAIL.attachments[0]?.content);
  });

  it('no name or subject adds a header or a recipient', async () => {
    const evil = 'Asha"\r\nBcc: all@example.com\r\n\r\n<x@example.com>, other@example.com';
    await send({ ...MAIL, to: { ...MAIL.to, name: evil }, subject: evil });
    const [mail] = server.mails;
    expect(mail?.to).toEqual(['meera@example.in']);
    expect(mail?.parsed.headers.has('bcc')).toBe(false);
    expect(mail?.parsed.subject).toBe(evil.replace(/\s+/g, ' '));
    expect(mail?.parsed.to).toMatchObject({ value: [{ address: 'meera@example.in' }] });
  });

  it('a name without end reaches nobody whole', async () => {
    await send({ ...MAIL, to: { ...MAIL.to, name: 'म'.repeat(100_000) } });
    expect(server.mails[0]?.parsed.to).toMatchObject({ value: [{ name: 'म'.repeat(100) }] });
  });

  it.each([
    '',
    'asha',
    'a@b.in, c@d.in',
    'a@b.in\r\nRCPT TO:<c@d.in>',
    'a@b.in>',
    'a b@c.in',
    'a@b@c.in',
    `${'a'.repeat(254)}@b.in`,
  ])('sends nothing to %j, which is not one address', async (address) => {
    await expect(send({ ...MAIL, to: { name: 'Asha', address } })).rejects.toThrow('not one e-mail address');
    expect(server.mails).toEqual([]);
  });

  it('throws when the server refuses the mail, is away, or hangs up', async () => {
    const refusing = await startMailServer(0, () => Object.assign(new Error('later'), { responseCode: 451 }));
    await expect(createSmtpMailer({ url: refusing.url, from: FROM }).send(MAIL)).rejects.toThrow('451');
    await refusing.close();
    await expect(createSmtpMailer({ url: refusing.url, from: FROM }).send(MAIL)).rejects.toThrow(
      'ECONNREFUSED',
    );
    const rude = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
    const address = rude.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await expect(
      createSmtpMailer({ url: `smtp://127.0.0.1:${port}`, from: FROM }).send(MAIL),
    ).rejects.toThrow();
    await new Promise((resolve) => rude.close(resolve));
  });
});

describe('a mail server that refuses', () => {
  const reply = (responseCode: number) => Object.assign(new Error('no'), { responseCode });

  /** Whether a mail is refused for good by a server with these options. */
  async function isRefused(options: SMTPServerOptions, mail = MAIL, answer?: () => Error) {
    const server = await startMailServer(0, answer, options);
    const mailer = createSmtpMailer({ url: server.url, from: FROM });
    const outcome = await mailer.send(mail).then(
      () => 'sent',
      (error: unknown) => (error instanceof MailRefusedError ? 'for good' : 'for now'),
    );
    mailer.close();
    await server.close();
    expect(server.mails.length).toBe(outcome === 'sent' ? 1 : 0);
    return outcome;
  }

  it.each([550, 551, 552, 553, 554])('%i for the recipient or the mail is for good', async (code) => {
    expect(await isRefused({ onRcptTo: (_, __, done) => done(reply(code)) })).toBe('for good');
    expect(await isRefused({}, MAIL, () => reply(code))).toBe('for good');
  });

  it.each([421, 450, 451, 452])('%i is for now', async (code) => {
    expect(await isRefused({ onRcptTo: (_, __, done) => done(reply(code)) })).toBe('for now');
    expect(await isRefused({}, MAIL, () => reply(code))).toBe('for now');
  });

  it('of the sender or the connection is for now, since our settings can be mended', async () => {
    expect(await isRefused({ onMailFrom: (_, __, done) => done(reply(553)) })).toBe('for now');
    expect(await isRefused({ onConnect: (_, done) => done(reply(554)) })).toBe('for now');
    expect(await isRefused({ disabledCommands: ['STARTTLS'], authOptional: false })).toBe('for now');
  });

  it('an address outside ASCII goes only to a server that takes it', async () => {
    const hindi = { ...MAIL, to: { name: 'मीरा', address: 'मीरा@example.in' } };
    expect(await isRefused({}, hindi)).toBe('sent');
    expect(await isRefused({ hideSMTPUTF8: true }, hindi)).toBe('for good');
    // Such a domain has an ASCII form.
    const domain = { ...MAIL, to: { name: 'Meera', address: 'meera@उदाहरण.example' } };
    expect(await isRefused({ hideSMTPUTF8: true }, domain)).toBe('sent');
  });

  it.each(['meera@example.in ', '\u00a0meera@example.in\r\n', '\u200bmeera@example.in'])(
    'is not asked about blanks around %j',
    async (address) => {
      const server = await startMailServer();
      await createSmtpMailer({ url: server.url, from: FROM }).send({
        ...MAIL,
        to: { name: 'Meera', address },
      });
      expect(server.mails[0]?.to).toEqual(['meera@example.in']);
      await server.close();
    },
  );

  it('an address that is none is refused for good, without asking', async () => {
    expect(await isRefused({}, { ...MAIL, to: { name: 'Asha', address: 'asha' } })).toBe('for good');
  });
});

describe('into a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await temporaryFolder('usher-mails-'), 'made', 'when needed');
  });
  const listing = async () => (await readdir(folder)).sort();

  it('a mail is a file that says what and when, and that mail programs open', async () => {
    await createFolderMailer({ folder, from: FROM }).send(MAIL);
    const [file = '', ...others] = await listing();
    expect(others).toEqual([]);
    expect(file).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z ticket-cancelled\.TKT-1\.0123456789abcdef\.eml$/,
    );
    const raw = await readFile(join(folder, file));
    expect(raw.toString().replaceAll('\r\n', '')).not.toContain('\n');
    expect(await simpleParser(raw)).toMatchObject({ messageId: MAIL.messageId, subject: MAIL.subject });
  });

  it('the same Message-ID overwrites its file, another one is another file', async () => {
    const mailer = createFolderMailer({ folder, from: FROM });
    await mailer.send(MAIL);
    const [file = ''] = await listing();
    await mailer.send({ ...MAIL, subject: 'again' });
    expect(await listing()).toEqual([file]);
    expect((await simpleParser(await readFile(join(folder, file)))).subject).toBe('again');
    await mailer.send({ ...MAIL, messageId: '<../../refund-failed.TKT-1.0@usher.invalid>' });
    const both = await listing();
    expect(both[0]).toBe(file);
    expect(both[1]).toMatch(/refund-failed\.TKT-1\.0\.eml$/);
    mailer.close();
  });

  it('throws when the folder cannot be written to', async () => {
    const mailer = createFolderMailer({ folder: '/dev/null/mails', from: FROM });
    await expect(mailer.send(MAIL)).rejects.toThrow();
  });

  it('an SMS is a file beside the mails', async () => {
    const sms = createFolderSmsSender({ folder });
    const result = await sms.send({ to: '+910000000101', text: 'नमस्ते' });
    const [file = ''] = await listing();
    expect(result).toEqual({ kind: 'sent', id: file });
    expect(file).toMatch(/Z sms\.\+910000000101\.[0-9a-f]{8}\.txt$/);
    expect(await readFile(join(folder, file), 'utf8')).toBe('To: +910000000101\n\nनमस्ते\n');
    const nowhere = createFolderSmsSender({ folder: '/dev/null/sms' });
    expect(await nowhere.send({ to: '+91', text: '' })).toMatchObject({ kind: 'notTaken' });
  });
});
