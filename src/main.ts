import { readConfig } from './config/config.ts';
import { explainFailure } from './config/explain-failure.ts';
import { messagesFolder } from './open-providers.ts';
import { startUsher } from './start-usher.ts';
import { welcome } from './welcome.ts';

/** npm start: runs until SIGINT or SIGTERM. */

const tell = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const starting = startUsher(config, config.production ? () => {} : tell);
  stopOnSignal(starting.then((usher) => usher.stop));
  const usher = await starting;
  if (config.production) tell(usher.origin ? `Usher listens on ${usher.origin}` : "Usher's worker is ready");
  else
    tell(
      welcome({ ...usher, messagesFolder: config.smtpUrl && config.twilio ? null : messagesFolder(config) }),
    );
}

/** Also during the start, which is finished first. A terminal may send the same signal twice through npm. */
function stopOnSignal(started: Promise<() => Promise<void>>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      tell('Stopping ...');
      started.then((stop) => stop()).then(() => process.exit(0), fail);
    });
  }
  started.catch(() => {});
}

function fail(error: unknown): never {
  const explanation = explainFailure(error);
  process.stderr.write(`${explanation ?? (error instanceof Error ? error.stack : String(error))}\n`);
  process.exit(1);
}

await main().catch(fail);
