import { Gauge, type Registry } from 'prom-client';

/** A number that is looked up whenever the metrics are read. */
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
