import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { atEnd } from '../../support/at-end.ts';
import { allowForRealProcesses } from '../../support/patiently.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** The provider as a process of its own, as Usher starts it. */

allowForRealProcesses();

async function startProvider() {
  const folder = await temporaryFolder('usher-provider-');
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/dev/sandbox/main.ts'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      SANDBOX_PORT: '0',
      SANDBOX_FILE: join(folder, 'sandbox.jsonl'),
      SANDBOX_KEY_ID: 'rzp_test',
      SANDBOX_KEY_SECRET: 'the secret key of the tests',
      SANDBOX_WEBHOOK_SECRET: 'the secret of the webhooks of the tests',
      SANDBOX_WEBHOOK_URL: '',
    },
  });
  atEnd(() => child.kill('SIGKILL'));
  return { child, exit: once(child, 'exit') };
}

it.each([
  ['while it starts', false],
  ['later', true],
])('ends when its parent does, %s', async (_when, isStarted) => {
  const { child, exit } = await startProvider();
  if (isStarted && child.stdout) await once(child.stdout, 'data');
  // All that it notices of its parent's death.
  child.disconnect();
  expect(await exit).toEqual([0, null]);
});
