import type { RunningContender } from './contender-process.ts';
import { cpuOfProcess, cpuOfServer } from './cpu-meter.ts';
import type { LoadRequest } from './load.ts';
import type { RunLoad } from './load-generator.ts';
import type { Scenario } from './scenario.ts';

/** The result of one contender in one round of one scenario. */
export interface Measurement {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** CPU time per request in milliseconds. */
  apiCpu: number;
  databaseCpu: number;
}

export interface Load {
  connections: number;
  seconds: number;
}

/** Throws if a response is incorrect. */
export class WrongAnswerError extends Error {}

/** The share of each scenario's requests that warms the contender up. No ticket is cancelled twice. */
const WARM_PART = 0.25;

/** Sends unmeasured requests for the given seconds, so that V8 has compiled the code as in a long-running server. */
export async function warmUp(
  runLoad: RunLoad,
  { origin }: RunningContender,
  { operation, expect }: Scenario,
  requests: LoadRequest[],
  load: Load,
): Promise<void> {
  await runLoad({ origin, operation, expect, requests, once: false, ...load });
}

/** Warms a contender up with a quarter of the time, then measures it. */
export async function measure(
  runLoad: RunLoad,
  contender: RunningContender,
  scenario: Scenario,
  requests: LoadRequest[],
  { connections, seconds }: Load,
  serverPid: number,
): Promise<Measurement> {
  const { origin } = contender;
  const { operation, expect, changes } = scenario;
  if (changes && requests.length * WARM_PART < connections)
    throw new WrongAnswerError(
      `${scenario.title}: ${requests.length} requests are too few; give more --tickets`,
    );
  const split = changes ? Math.floor(requests.length * WARM_PART) : 0;
  const order = { origin, operation, expect, connections, once: changes };
  const warming = changes ? requests.slice(0, split) : requests;
  await runLoad({ ...order, requests: warming, seconds: Math.max(1, Math.round(seconds * WARM_PART)) });

  const before = await Promise.all([cpuOfProcess(contender.pid), cpuOfServer(serverPid)]);
  const seen = await runLoad({ ...order, requests: requests.slice(split), seconds });
  const after = await Promise.all([cpuOfProcess(contender.pid), cpuOfServer(serverPid)]);
  const who = `${contender.title}, ${scenario.title}`;
  if (seen.failures > 0)
    throw new WrongAnswerError(
      `${who}: ${seen.failures} of ${seen.answers} answers failed: ${seen.firstFailure}`,
    );
  if (seen.answers === 0) throw new WrongAnswerError(`${who}: no answer in ${seconds} seconds`);
  if (changes && seen.seconds < seconds / 2)
    throw new WrongAnswerError(`${who}: all tickets were used in ${seen.seconds} s; give more --tickets`);
  return {
    perSecond: seen.answers / seen.seconds,
    p50: seen.p50,
    p99: seen.p99,
    apiCpu: (after[0] - before[0]) / seen.answers,
    databaseCpu: (after[1] - before[1]) / seen.answers,
  };
}
