import type { Logger } from 'pino';
import { addConnectionsGauge } from '../platform/telemetry/gauge.ts';
import { createMetrics } from '../platform/telemetry/metrics.ts';
import { createClusterMetrics } from './cluster/cluster-metrics.ts';
import { startChildren } from './cluster/start-children.ts';
import type { Config } from './config/config.ts';
import { tokenRules } from './config/token-rules.ts';
import { serveMetrics } from './serve-metrics.ts';
import { createShutdownStack } from './shutdown-stack.ts';
import { startBackground } from './start-background.ts';
import type { Usher } from './start-usher.ts';

/** Milliseconds, in addition to the drain time. Requests finish within 10 s, statements within 5 s. */
const CHILD_STOPS_WITHIN_MS = 20_000;

/**
 * Starts CLUSTER API processes on one port, and everything else in this process. API processes that exit are replaced.
 *
 * @param tell receives a line for the terminal before each long step
 */
export async function startCluster(
  config: Config,
  log: Logger,
  tell: (line: string) => void,
): Promise<Usher> {
  const metrics = createMetrics();
  const { read: readMetrics, include } = createClusterMetrics(metrics.registry);
  const shutdown = createShutdownStack();
  const children = startChildren({ count: config.cluster, log, onReady: include });
  const stop = async (drainMs = 0) => {
    await children.stop(drainMs + CHILD_STOPS_WITHIN_MS);
    await shutdown.disposeAsync();
  };

  try {
    const origin = await children.listening;
    // Without METRICS_PORT, the API processes get the metrics from this process and serve them.
    const [port, host] = config.metricsPort === null ? [0, '127.0.0.1'] : [config.metricsPort, config.host];
    const metricsOrigin = await serveMetrics(port, host, readMetrics, shutdown);
    const background = await startBackground(config, { origin, log, metrics, tell, shutdown });
    const { databaseUrl, database, webhookSecret, example } = background;
    addConnectionsGauge(metrics.registry, [database]);
    // Writes the development secret before any API process reads it.
    await tokenRules(config);
    const metricsUrl = `${metricsOrigin}/metrics`;
    const ready = await children.serve({ origin, databaseUrl, webhookSecret, metricsUrl });
    return { origin, ...ready, example, stop: () => stop(config.drainMs) };
  } catch (error) {
    await stop();
    throw error;
  }
}
