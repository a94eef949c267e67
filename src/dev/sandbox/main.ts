import { readSandboxConfig } from './config.ts';
import { startSandbox } from './start-sandbox.ts';

/** The simulated payment provider as a separate process. */
const sandbox = await startSandbox(readSandboxConfig(process.env));
console.log(`sandbox listens on ${sandbox.url}`);

const stop = () => void sandbox.close().then(() => process.exit());
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
// The parent process, which has an IPC channel to this one, has ended.
process.once('disconnect', stop);
// It may have ended during our start, before this listener. `connected` is undefined without an IPC channel.
if (process.connected === false) stop();
