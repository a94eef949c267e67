import { listen } from '../api/http/listening-server.ts';
import { metricsOnly, type ReadMetrics } from '../api/http/metrics-endpoint.ts';
import type { ShutdownStack } from './shutdown-stack.ts';

/**
 * Serves the metrics on a separate port.
 *
 * @returns the origin, such as http://127.0.0.1:9464
 */
export async function serveMetrics(
  port: number,
  host: string,
  readMetrics: ReadMetrics,
  shutdown: ShutdownStack,
): Promise<string> {
  const server = await listen(port, host).catch((error: unknown) => {
    throw Object.assign(error as Error, { variable: 'METRICS_PORT' });
  });
  shutdown.defer(server.close);
  server.serve(metricsOnly(readMetrics));
  return server.origin;
}
