import type { Answered } from './constant-load.ts';
import type { DatabaseFault } from './database-faults.ts';
import type { FaultyDatabase } from './faulty-database.ts';
import { type Findings, say } from './findings.ts';
import { sleep } from './until.ts';
import type { HealthWatch } from './watch-health.ts';

const BEFORE_MS = 1_500;
const RECOVERS_WITHIN_MS = 10_000;
/** The window in which the speed is measured. */
const WINDOW_MS = 1_000;
/** As a share of the earlier requests per second. */
const FULL_SPEED = 0.8;
/** Allowed responses while the database is unavailable. */
const ALLOWED = new Set(['ok', 'SERVICE_UNAVAILABLE']);

interface World {
  database: FaultyDatabase;
  health: HealthWatch;
  /** All responses so far, in order. */
  answers: Answered[];
  findings: Findings;
}

/** Injects a fault under load, and reports what the clients saw before, during and after it. */
export async function strike(fault: DatabaseFault, world: World): Promise<void> {
  const { database, health, answers, findings } = world;
  const between = (from: number, to: number) => answers.filter(({ at }) => at >= from && at < to);
  const oks = (some: Answered[]) => some.filter(({ code }) => code === 'ok');

  await sleep(BEFORE_MS);
  const struckAt = performance.now();
  const rateBefore = oks(between(struckAt - BEFORE_MS, struckAt)).length / (BEFORE_MS / 1_000);
  health.wasUnready();
  await fault.strike(database);
  const wellAt = performance.now();
  const wasUnready = health.wasUnready();

  let steadyAt: number | null = null;
  while (performance.now() < wellAt + RECOVERS_WITHIN_MS && steadyAt === null) {
    await sleep(50);
    const now = performance.now();
    const from = Math.max(wellAt, now - WINDOW_MS);
    const window = between(from, now);
    const rate = oks(window).length / (WINDOW_MS / 1_000);
    if (health.isReady() && rate >= FULL_SPEED * rateBefore && oks(window).length === window.length)
      steadyAt = from;
  }

  const meanwhile = between(struckAt, performance.now());
  const refused = meanwhile.filter(({ code }) => code !== 'ok');
  const firstOk = oks(between(wellAt, Number.POSITIVE_INFINITY))[0];
  const byCode = new Map<string, number>();
  for (const { code } of meanwhile) byCode.set(code, (byCode.get(code) ?? 0) + 1);
  for (const { code, hasRetryHint, ms } of refused) {
    if (!ALLOWED.has(code)) findings.broken(`${fault.name}: answered ${code} after ${Math.round(ms)} ms`);
    else if (!hasRetryHint) findings.broken(`${fault.name}: answered ${code} without a retry hint`);
  }
  if (fault.affects === 'all' && !wasUnready) findings.broken(`${fault.name}: /readyz never said 503`);
  if (fault.sparesReads && wasUnready) findings.broken(`${fault.name}: /readyz said 503`);
  if (!firstOk) findings.broken(`${fault.name}: nobody was served in ${RECOVERS_WITHIN_MS} ms after it`);
  if (!health.isReady()) findings.broken(`${fault.name}: not ready ${RECOVERS_WITHIN_MS} ms after it`);

  const seconds = (at: number | undefined | null) =>
    at == null ? 'never' : `${((at - wellAt) / 1_000).toFixed(1)} s`;
  const longest = Math.max(...meanwhile.map(({ ms }) => ms));
  say(
    `${fault.name}: ${[...byCode].map(([code, count]) => `${count} ${code}`).join(', ')}; ` +
      `longest ${(longest / 1_000).toFixed(1)} s; first served after ${seconds(firstOk?.at)}, ` +
      `full speed (${Math.round(rateBefore)}/s) after ${seconds(steadyAt)}`,
  );
  findings.count('answers: ok', oks(meanwhile).length);
  findings.count('answers: SERVICE_UNAVAILABLE, with a retry hint', refused.length);
}
