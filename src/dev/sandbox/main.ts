import { readSandboxConfig } from './config.ts';
import { startSandbox } from './start-sandbox.ts';

/** The simulated payment provider as a process of its own. */
const sandbox = await startSandbox(readSandboxConfig(process.env));
console.log(`sandbox listens on ${sandbox.url}`);

const stop = () => void sandbox.close().then(() => process.exit());
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// A parent that started it with an IPC channel has ended, however that came.
process.once('disconnect', stop);
// It may have done so before we listened: we start for a second. Without such a channel this is undefined.
if (process.connected === false) stop();
