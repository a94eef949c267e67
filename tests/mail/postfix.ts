import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../faults/free-ports.ts';
import { atEnd } from '../support/at-end.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const BINARY = '/usr/sbin/postfix';
const NOBODY = 65_534;

/** It starts as root only. */
export const hasPostfix = existsSync(BINARY) && process.getuid?.() === 0;

export interface Postfix {
  url: string;
  /** The same server without the extension SMTPUTF8. */
  plainUrl: string;
  /** How often it still says "try again later" to a recipient. */
  greylist: Map<string, number>;
  /** The mails that it has delivered into a mailbox, as they are on the disk. */
  delivered(mailbox: string): Promise<string[]>;
}

/**
 * Starts a real Postfix for example.in, with its own configuration, queue and mailboxes. It needs root, as any Postfix
 * does, but neither systemd nor syslog.
 */
export async function startPostfix(): Promise<Postfix> {
  const folder = await temporaryFolder('usher-postfix-');
  const [port = 0, plainPort = 0, policyPort = 0] = await freePorts(3);
  const greylist = new Map<string, number>();
  await startPolicyServer(policyPort, greylist);
  const mailboxes = join(folder, 'mailboxes');
  await mkdir(mailboxes);
  await chown(mailboxes, NOBODY, NOBODY);
  for (const name of ['queue', 'data', 'etc']) await mkdir(join(folder, name));
  const { stdout: postfixUser } = await run('id', ['-u', 'postfix']);
  await chown(join(folder, 'data'), Number(postfixUser), 0);
  await writeFile(join(folder, 'etc/main.cf'), mainCf(folder, policyPort));
  await writeFile(join(folder, 'etc/master.cf'), masterCf(port, plainPort));
  const postfix = (command: string) => run(BINARY, ['-c', join(folder, 'etc'), command]);
  // Before the folder is removed, which ends what still runs in it.
  atEnd(() => postfix('stop').catch(() => postfix('abort')));
  await postfix('start');
  return {
    url: `smtp://127.0.0.1:${port}`,
    plainUrl: `smtp://127.0.0.1:${plainPort}`,
    greylist,
    delivered: async (mailbox) => {
      const inbox = join(mailboxes, mailbox, 'new');
      const files = await readdir(inbox).catch(() => []);
      return Promise.all(files.map((file) => readFile(join(inbox, file), 'utf8')));
    },
  };
}

/** Postfix asks it about each recipient (SMTPD_POLICY_README), as it asks postgrey. */
async function startPolicyServer(port: number, greylist: Postfix['greylist']): Promise<void> {
  const server = createServer((socket) => {
    let asked = '';
    socket.on('error', () => {});
    socket.on('data', (data) => {
      asked += data;
      if (!asked.endsWith('\n\n')) return;
      const recipient = /^recipient=(.*)$/m.exec(asked)?.[1] ?? '';
      asked = '';
      const times = greylist.get(recipient) ?? 0;
      greylist.set(recipient, times - 1);
      socket.write(times > 0 ? 'action=defer_if_permit Greylisted\n\n' : 'action=dunno\n\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  server.unref();
  atEnd(() => void server.close());
}

const mainCf = (folder: string, policyPort: number) => `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/queue/mail.log
maillog_file_prefixes = ${folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.in
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtputf8_enable = yes
alias_maps =
local_recipient_maps =
message_size_limit = 100000
virtual_mailbox_domains = example.in
virtual_mailbox_base = ${folder}/mailboxes
virtual_mailbox_maps = inline:{{asha@example.in = asha/}, {मीरा@example.in = meera/}, {grey@example.in = grey/}}
virtual_minimum_uid = 1000
virtual_uid_maps = static:${NOBODY}
virtual_gid_maps = static:${NOBODY}
mynetworks =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions =
  check_recipient_access inline:{{full@example.in = 552 5.2.2 Mailbox full}}
  reject_unlisted_recipient
  check_policy_service inet:127.0.0.1:${policyPort}
`;

const masterCf = (port: number, plainPort: number) => `
127.0.0.1:${port} inet n - n - - smtpd
127.0.0.1:${plainPort} inet n - n - - smtpd -o smtpd_discard_ehlo_keywords=smtputf8
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
`;
