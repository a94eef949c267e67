import type { RequestListener, ServerResponse } from 'node:http';
import { Registry } from 'prom-client';
import { targetOf } from './request-target.ts';
import { readOnly, respond } from './respond.ts';

/** The metrics in the text format of Prometheus. */
export type ReadMetrics = () => Promise<string>;

/** GET /metrics */
export async function respondMetrics(response: ServerResponse, readMetrics: ReadMetrics): Promise<void> {
  const text = await readMetrics().catch(() => null);
  if (text === null) respond(response, 500, 'text/plain', 'the metrics cannot be read');
  else respond(response, 200, Registry.PROMETHEUS_CONTENT_TYPE, text);
}

/** Serves /metrics and /healthz only, on a separate port. */
export function metricsOnly(readMetrics: ReadMetrics): RequestListener {
  return (request, response) => {
    const { path } = targetOf(request);
    if (path === '/metrics') readOnly(request, response, () => void respondMetrics(response, readMetrics));
    else if (path === '/healthz')
      readOnly(request, response, () => respond(response, 200, 'text/plain', 'ok'));
    else respond(response, 404, 'text/plain', 'Nothing is here but /metrics and /healthz.');
  };
}
