import type { BenchDatabase } from './bench-database.ts';
import type { RunningContender } from './contender-process.ts';
import type { RunLoad } from './load-generator.ts';
import { type Load, type Measurement, measure, warmUp } from './measure.ts';
import { renewTickets } from './renew-tickets.ts';
import { say } from './say.ts';
import type { Scenario } from './scenario.ts';

/** The rounds of one scenario under one load, by contender. */
export interface Series {
  scenario: Scenario;
  connections: number;
  rounds: Map<string, Measurement[]>;
}

/**
 * Warms all contenders up, then measures each once per round. A different contender begins each round, so that none
 * always runs on a warm database.
 */
export async function runRounds(
  runLoad: RunLoad,
  contenders: RunningContender[],
  scenario: Scenario,
  database: BenchDatabase,
  { rounds, warmUpSeconds, ...load }: Load & { rounds: number; warmUpSeconds: number },
  serverPid: number,
): Promise<Series> {
  const requests = await scenario.requests(database);
  const series: Series = { scenario, connections: load.connections, rounds: new Map() };
  for (const contender of contenders) {
    say(`${scenario.title}, ${load.connections} connections: warming up ${contender.title}`);
    await warmUp(runLoad, contender, scenario, requests, { ...load, seconds: warmUpSeconds });
    if (scenario.changes) await renewTickets(database);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const contender = contenders[(round + turn) % contenders.length];
      if (!contender) continue;
      const measurement = await measure(runLoad, contender, scenario, requests, load, serverPid);
      series.rounds.set(contender.name, [...(series.rounds.get(contender.name) ?? []), measurement]);
      say(
        `${scenario.title}, ${load.connections} connections, round ${round + 1}: ` +
          `${contender.title} ${measurement.perSecond.toFixed(0)}/s`,
      );
      if (scenario.changes) await renewTickets(database);
    }
  }
  return series;
}
