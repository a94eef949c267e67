import { Gauge, type Registry } from 'prom-client';

/** Registers a gauge whose value is read whenever the metrics are. */
export function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

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
