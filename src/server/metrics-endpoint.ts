import type { RequestListener, ServerResponse } from 'node:http';
import type { Metrics } from '../telemetry/metrics.ts';
import { respond } from './respond.ts';

/** GET /metrics: what this process counts, for Prometheus. */
export async function respondMetrics(response: ServerResponse, { registry }: Metrics): Promise<void> {
  respond(response, 200, registry.contentType, await registry.metrics());
}

/** Serves metrics, and nothing else, on a port of their own. */
export function metricsOnly(metrics: Metrics): RequestListener {
  return (request, response) => {
    if (request.url === '/metrics') void respondMetrics(response, metrics);
    else if (request.url === '/healthz') respond(response, 200, 'text/plain', 'ok');
    else respond(response, 404, 'text/plain', 'Nothing is here but /metrics and /healthz.');
  };
}
