import cluster from 'node:cluster';
import { inspect } from 'node:util';
import { readConfig } from './config/config.ts';
import { explainFailure } from './config/explain-failure.ts';
import { messagesFolder } from './open-providers.ts';
import { runApiProcess } from './run-api-process.ts';
import { startCluster } from './start-cluster.ts';
import { startUsher } from './start-usher.ts';
import { welcome } from './welcome.ts';

/** npm start: runs until SIGINT, SIGTERM or SIGHUP. */

const tell = (line: string) => process.stdout.write(`${line}\n`);
// Whoever reads the output may leave; that is no reason to stop.
process.stdout.on('error', () => {});

/** A terminal sends one Ctrl-C twice through npm, a moment apart; a later signal means: at once. */
const SAME_SIGNAL_MS = 1_000;

let stoppingSince: number | null = null;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  // This very file, run by the first process of a cluster.
  if (cluster.isWorker) return runApiProcess(config);
  const start = config.cluster > 1 ? startCluster : startUsher;
  const starting = start(config, config.production ? () => {} : tell);
  stopOnSignal(starting.then((usher) => usher.stop));
  const usher = await starting;
  if (stoppingSince !== null) return;
  if (config.production) tell(usher.origin ? `Usher listens on ${usher.origin}` : "Usher's worker is ready");
  else
    tell(
      welcome({ ...usher, messagesFolder: config.smtpUrl && config.twilio ? null : messagesFolder(config) }),
    );
}

/** Also during the start, which is finished first. */
function stopOnSignal(started: Promise<() => Promise<void>>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stoppingSince !== null) {
        if (Date.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
        return;
      }
      stoppingSince = Date.now();
      tell('Stopping ... (once more to stop at once)');
      started.then((stop) => stop()).then(() => process.exit(0), fail);
    });
  }
  started.catch(() => {});
}

function fail(error: unknown): never {
  process.stderr.write(`${explainFailure(error) ?? inspect(error)}\n`);
  process.exit(1);
}

await main().catch(fail);
