import { sideBySide } from '../platform/jobs/side-by-side.ts';
import { newTraceId } from '../platform/telemetry/trace.ts';
import type { WorkerServices } from './worker-services.ts';

/** Works on items side by side, so that a hanging provider delays few others. Logs errors and goes on. */
export async function workThrough<Item>(
  services: WorkerServices,
  items: readonly Item[],
  options: { atOnce: number; signal?: AbortSignal | undefined },
  work: (services: WorkerServices, item: Item) => Promise<void>,
): Promise<void> {
  await sideBySide(items, options, async (item) => {
    const log = services.log.child({ traceId: newTraceId() });
    await work({ ...services, log }, item).catch((error: unknown) =>
      log.error({ err: error }, 'a sweep failed on an item'),
    );
  });
}
