import type { Registry } from 'prom-client';
import { addGauge } from './gauge.ts';

/** Counts the connections of all pools of the process. */
export function addConnectionsGauge(
  registry: Registry,
  pools: Iterable<{ openConnections(): number }>,
): void {
  addGauge(registry, 'usher_database_connections', 'Open connections of the pools.', () => {
    let open = 0;
    for (const pool of pools) open += pool.openConnections();
    return open;
  });
}
