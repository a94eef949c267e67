import type { Worker } from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';
import type { Counts, Order, Report } from './messages.ts';

/** An API process that is too busy to say what it counts is told as it was. Milliseconds. */
const PATIENCE_MS = 2_000;

export interface ClusterMetrics {
  /** What all processes count together, as text for Prometheus. */
  read(): Promise<string>;
  /** From now on its counts are among them, also when it is dead: a total that falls would be taken for a new start. */
  include(child: Worker): void;
}

/** Adds up what the API processes count, and what this one does. */
export function createClusterMetrics(own: Registry): ClusterMetrics {
  const lastCounts = new Map<Worker, Counts>();
  let ofTheDead: Counts = [];
  let questions = 0;

  function ask(child: Worker): Promise<void> {
    const question = ++questions;
    return new Promise((resolve) => {
      const timer = setTimeout(finish, PATIENCE_MS);
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

  async function bury(child: Worker): Promise<void> {
    const totals = (lastCounts.get(child) ?? []).filter(({ type }) => isTotal(type));
    lastCounts.delete(child);
    ofTheDead = await AggregatorRegistry.aggregate([ofTheDead, totals]).getMetricsAsJSON();
  }

  return {
    include: (child) => {
      lastCounts.set(child, []);
      child.once('exit', () => void bury(child));
    },
    read: async () => {
      await Promise.all([...lastCounts.keys()].map(ask));
      const all = [await own.getMetricsAsJSON(), ...lastCounts.values(), ofTheDead];
      return AggregatorRegistry.aggregate(all).metrics();
    },
  };
}

/** Prom-client's declarations say that it is a number; it is the name. */
function isTotal(type: unknown): boolean {
  return type === 'counter' || type === 'histogram';
}
