import { randomUUID } from 'node:crypto';
import { writeMessageFile } from './message-file.ts';
import type { SmsSender } from './sms-sender.ts';

/** For development: writes each SMS into a folder. */
export function createFolderSmsSender({ folder }: { folder: string }): SmsSender {
  return {
    send: async ({ to, text }) => {
      const name = `sms.${to}.${randomUUID().slice(0, 8)}.txt`;
      try {
        return { kind: 'sent', id: await writeMessageFile(folder, name, `To: ${to}\n\n${text}\n`) };
      } catch (error) {
        return { kind: 'notTaken', detail: String(error) };
      }
    },
  };
}
