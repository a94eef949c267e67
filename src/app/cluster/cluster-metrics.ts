import type { Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';
import type { Counts, Order, Report } from './messages.ts';

/** If a process does not answer in time, its previous counts are used. */
const TIMEOUT_MS = 2_000;

export interface ClusterMetrics {
  /** The metrics of all processes together, in the text format of Prometheus. */
  read(): Promise<string>;
  /** Adds a process. Its totals stay after it has exited: Prometheus takes a total that falls for a restart. */
  include(child: Worker): void;
}

/** Adds up the metrics of the API processes and of this process. */
export function createClusterMetrics(own: Registry): ClusterMetrics {
  const lastCounts = new Map<Worker, Counts>();
  let ofExited: Counts = [];
  let questions = 0;

  function ask(child: Worker): Promise<void> {
    const question = ++questions;
    return new Promise((resolve) => {
      const timer = setTimeout(finish, TIMEOUT_MS);
      child.on('message', hear).once('exit', finish);
      child.send({ tell: 'count', question } satisfies Order, () => {});

      function hear(report: Report): void {
        if (report.tell !== 'counted' || report.question !== question) return;
        if (lastCounts.has(child)) lastCounts.set(child, report.counts);
        finish();
      }
      function finish(): void {
        clearTimeout(timer);
        child.off('message', hear).off('exit', finish);
        resolve();
      }
    });
  }

  async function keepTotals(child: Worker): Promise<void> {
    const totals = (lastCounts.get(child) ?? []).filter(({ type }) => isTotal(type));
    lastCounts.delete(child);
    ofExited = await AggregatorRegistry.aggregate([ofExited, totals]).getMetricsAsJSON();
  }

  return {
    include: (child) => {
      lastCounts.set(child, []);
      child.once('exit', () => void keepTotals(child));
    },
    read: async () => {
      await Promise.all([...lastCounts.keys()].map(ask));
      const all = [await own.getMetricsAsJSON(), ...lastCounts.values(), ofExited];
      return AggregatorRegistry.aggregate(all).metrics();
    },
  };
}

/** The types of prom-client declare a number, but it is the name. */
function isTotal(type: unknown): boolean {
  return type === 'counter' || type === 'histogram';
}
