import { seedBenchDatabase, startBenchServer } from './bench-database.ts';
import { checkAnswers } from './check-answers.ts';
import { type RunningContender, startContender } from './contender-process.ts';
import { countStatements } from './count-statements.ts';
import { peakMemory } from './cpu-meter.ts';
import { startLoadGenerator } from './load-generator.ts';
import type { BenchOptions } from './options.ts';
import { type Results, resultTables } from './result-tables.ts';
import { runRounds } from './rounds.ts';
import { say } from './say.ts';
import { canAnswer } from './scenario.ts';
import { findServerPid, readVersions } from './server-facts.ts';

/** Measures all contenders on one database. @returns the tables */
export async function compare(options: BenchOptions, command: string): Promise<string> {
  const { contenders, scenarios, tickets, rounds, seconds, warmUpSeconds } = options;
  const database = await seedBenchDatabase(await startBenchServer(), tickets);
  const serverPid = await findServerPid(database);
  const runLoad = startLoadGenerator();
  const results: Results = {
    command,
    versions: await readVersions(database),
    tickets,
    rounds,
    seconds,
    warmUpSeconds,
    contenders,
    series: [],
    wire: new Map(),
    memory: new Map(),
  };

  for (const contender of contenders) {
    say(`counting the statements of ${contender.title}`);
    const ofContender = scenarios.filter((scenario) => canAnswer(contender, scenario));
    results.wire.set(contender.name, await countStatements(contender, ofContender, database));
  }
  const running: RunningContender[] = [];
  for (const contender of contenders) running.push(await startContender(contender, database.url));
  say('comparing the answers');
  await checkAnswers(running, scenarios, database);
  for (const connections of options.connections)
    for (const scenario of scenarios) {
      const load = { connections, seconds, rounds, warmUpSeconds };
      const able = running.filter((contender) => canAnswer(contender, scenario));
      results.series.push(await runRounds(runLoad, able, scenario, database, load, serverPid));
    }
  for (const { name, pid } of running) results.memory.set(name, await peakMemory(pid));
  return resultTables(results);
}
