import type { RequestListener, ServerResponse } from 'node:http';
import type { Metrics } from '../telemetry/metrics.ts';
import { readOnly } from './read-only.ts';
import { targetOf } from './request-target.ts';
import { respond } from './respond.ts';

/** GET /metrics: what this process counts, for Prometheus. */
export async function respondMetrics(response: ServerResponse, { registry }: Metrics): Promise<void> {
  const text = await registry.metrics().catch(() => null);
  if (text === null) respond(response, 500, 'text/plain', 'the metrics cannot be read');
  else respond(response, 200, registry.contentType, text);
}

/** Serves metrics, and nothing else, on a port of their own. */
export function metricsOnly(metrics: Metrics): RequestListener {
  return (request, response) => {
    const { path } = targetOf(request);
    if (path === '/metrics') readOnly(request, response, () => void respondMetrics(response, metrics));
    else if (path === '/healthz')
      readOnly(request, response, () => respond(response, 200, 'text/plain', 'ok'));
    else respond(response, 404, 'text/plain', 'Nothing is here but /metrics and /healthz.');
  };
}
