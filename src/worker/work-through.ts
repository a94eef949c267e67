import { newTraceId } from '../platform/telemetry/trace.ts';
import type { WorkerServices } from './worker-services.ts';

/**
 * Works on items side by side, `atOnce` at any time, so that a hanging provider delays few others. Logs errors and goes
 * on. Begins no further item once the signal is aborted.
 */
export async function workThrough<Item>(
  services: WorkerServices,
  items: readonly Item[],
  { atOnce, signal }: { atOnce: number; signal?: AbortSignal | undefined },
  work: (services: WorkerServices, item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  async function workOnSome(): Promise<void> {
    for (const item of left) {
      if (signal?.aborted) return;
      const log = services.log.child({ traceId: newTraceId() });
      await work({ ...services, log }, item).catch((error: unknown) =>
        log.error({ err: error }, 'a sweep failed on an item'),
      );
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, workOnSome));
}
