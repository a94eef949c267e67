import type { Findings } from './findings.ts';
import { sleep } from './until.ts';

/** The health of the API, as an orchestrator sees it. */
export interface HealthWatch {
  /** Whether /readyz has returned 503 since the last call. */
  wasUnready(): boolean;
  isReady(): boolean;
  stop(): Promise<void>;
}

const EVERY_MS = 200;
/** /readyz waits 2 s for the database. */
const ANSWERS_WITHIN_MS = 5_000;

/** Polls the liveness of the API, which must never fail, and its readiness. */
export function watchHealth(origin: string, findings: Findings): HealthWatch {
  let isOver = false;
  let isReady = true;
  let wasUnready = false;

  const status = (path: string) =>
    fetch(`${origin}${path}`, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) }).then(
      (response) => response.body?.cancel().then(() => response.status),
      (error: unknown) => String(error),
    );

  async function watchLife(): Promise<void> {
    while (!isOver) {
      const answer = await status('/healthz');
      if (answer !== 200) findings.broken(`/healthz answered ${answer}`);
      await sleep(EVERY_MS);
    }
  }

  async function watchReadiness(): Promise<void> {
    while (!isOver) {
      const answer = await status('/readyz');
      if (answer !== 200 && answer !== 503) findings.broken(`/readyz answered ${answer}`);
      isReady = answer === 200;
      wasUnready ||= !isReady;
      await sleep(EVERY_MS);
    }
  }

  const watches = [watchLife(), watchReadiness()];
  return {
    wasUnready: () => {
      const was = wasUnready;
      wasUnready = false;
      return was;
    },
    isReady: () => isReady,
    stop: async () => {
      isOver = true;
      await Promise.all(watches);
    },
  };
}
