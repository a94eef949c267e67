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
import { createLogger } from './platform/telemetry/logger.ts';
import { TIME_ZONE_DATA_VERSION } from './platform/time/time-zone-data.ts';

/** npm start: runs until SIGINT, SIGTERM or SIGHUP. In production every line of stdout is JSON. */

// A closed pipe, such as that of `npm start | head`, must not stop the server.
process.stdout.on('error', () => {});

/** npm passes a Ctrl-C on, so it arrives twice within a moment. A later signal exits immediately. */
const SAME_SIGNAL_MS = 1_000;

let stoppingSince: number | null = null;

/** Prints the progress of the process for a person, or logs it in production. */
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
  const report = config.production ? logReporter(log) : await terminalReporter(config);
  // In a cluster, the API processes run this file too.
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

/** A signal during the start stops the process once it has started. */
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

async function terminalReporter(config: Config): Promise<Reporter> {
  const { welcome } = await import('./dev/welcome.ts');
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

/** Start and stop are logged whatever LOG_LEVEL is, and flushed immediately. */
function logReporter(log: Logger): Reporter {
  const lifeCycle = log.child({}, { level: 'info' });
  const info = (facts: object, line: string) => {
    lifeCycle.info(facts, line);
    lifeCycle.flush();
  };
  return {
    step: (line) => log.warn(line),
    ready: ({ origin }) =>
      info(
        { timeZoneData: TIME_ZONE_DATA_VERSION },
        origin ? `Usher listens on ${origin}` : "Usher's worker is ready",
      ),
    stopping: (signal) => info({ signal }, 'Usher is stopping'),
    stopped: () => info({}, 'Usher has stopped'),
    failed: (error) => {
      const reason = explainFailure(error);
      if (reason) lifeCycle.fatal(reason);
      else lifeCycle.fatal({ err: error }, 'Usher ended by an unexpected error');
    },
  };
}

/** LOG_LEVEL is not known, since the settings could not be read. */
function reportBadSettings(error: unknown): void {
  if (error instanceof ConfigError && error.production) logReporter(createLogger('fatal')).failed(error);
  else process.stderr.write(`${explainFailure(error) ?? inspect(error)}\n`);
}

await main().catch((error: unknown) => exitAfter(() => reportBadSettings(error)));
