import './app/config/load-env-file.ts';
import cluster from 'node:cluster';
import { inspect } from 'node:util';
import type { Logger } from 'pino';
import { type Config, ConfigError, readConfig } from './app/config/config.ts';
import { explainFailure } from './app/config/explain-failure.ts';
import { messagesFolder } from './app/open-providers.ts';
import { runApiProcess } from './app/run-api-process.ts';
import { startCluster } from './app/start-cluster.ts';
import { startUsher, type Usher } from './app/start-usher.ts';
import { welcome } from './app/welcome.ts';
import { createLogger } from './platform/telemetry/logger.ts';

/** npm start: runs until SIGINT, SIGTERM or SIGHUP. In production every line of stdout is JSON. */

// Whoever reads the output may leave; that is no reason to stop.
process.stdout.on('error', () => {});

/** A terminal sends one Ctrl-C twice through npm, a moment apart; a later signal means: at once. */
const SAME_SIGNAL_MS = 1_000;

let stoppingSince: number | null = null;

/** How this process reports on itself: to a person outside production, as log lines in production. */
interface Reporter {
  step(line: string): void;
  ready(usher: Usher): void;
  stopping(signal: NodeJS.Signals): void;
  stopped(): void;
  failed(error: unknown): void;
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  const report = config.production ? logReporter(log) : terminalReporter(config);
  // This very file, run by the first process of a cluster.
  if (cluster.isWorker) return runApiProcess(config, log);
  for (const notice of config.notices) report.step(notice);
  const start = config.cluster > 1 ? startCluster : startUsher;
  const tell = (line: string) => {
    if (stoppingSince === null) report.step(line);
  };
  const starting = start(config, log, config.production ? () => {} : tell);
  stopOnSignal(
    starting.then((usher) => usher.stop),
    report,
  );
  await starting.then(
    (usher) => {
      if (stoppingSince === null) report.ready(usher);
    },
    (error: unknown) => exitAfter(() => report.failed(error)),
  );
}

/** Also during the start, which is finished first. */
function stopOnSignal(started: Promise<() => Promise<void>>, report: Reporter): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stoppingSince !== null) {
        if (Date.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
        return;
      }
      stoppingSince = Date.now();
      report.stopping(signal);
      started
        .then((stop) => stop())
        .then(
          () => {
            report.stopped();
            process.exit(0);
          },
          (error: unknown) => exitAfter(() => report.failed(error)),
        );
    });
  }
  started.catch(() => {});
}

function exitAfter(report: () => void): never {
  report();
  process.exit(1);
}

function terminalReporter(config: Config): Reporter {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const messages = config.smtpUrl && config.twilio ? null : messagesFolder(config);
  return {
    step: print,
    ready: (usher) => print(welcome({ ...usher, messagesFolder: messages })),
    stopping: () => print('Stopping ... (once more to stop at once)'),
    stopped: () => {},
    failed: (error) => process.stderr.write(`${explainFailure(error) ?? inspect(error)}\n`),
  };
}

/** Start and stop are logged at every level, and reach stdout immediately. */
function logReporter(log: Logger): Reporter {
  const lifeCycle = log.child({}, { level: 'info' });
  const info = (facts: object, line: string) => {
    lifeCycle.info(facts, line);
    lifeCycle.flush();
  };
  return {
    step: (line) => log.warn(line),
    ready: ({ origin }) => info({}, origin ? `Usher listens on ${origin}` : "Usher's worker is ready"),
    stopping: (signal) => info({ signal }, 'Usher is stopping'),
    stopped: () => info({}, 'Usher has stopped'),
    failed: (error) => {
      const reason = explainFailure(error);
      if (reason) lifeCycle.fatal(reason);
      else lifeCycle.fatal({ err: error }, 'Usher ended by an unexpected error');
    },
  };
}

/** Without settings there is no level to log at. */
function reportBadSettings(error: unknown): void {
  if (error instanceof ConfigError && error.production) logReporter(createLogger('fatal')).failed(error);
  else process.stderr.write(`${explainFailure(error) ?? inspect(error)}\n`);
}

await main().catch((error: unknown) => exitAfter(() => reportBadSettings(error)));
