import { isDeepStrictEqual } from 'node:util';
import { ask } from './ask.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { RunningContender } from './contender-process.ts';
import { renewTickets } from './renew-tickets.ts';
import { canAnswer, type Scenario } from './scenario.ts';

/** How many requests of each scenario are compared. */
const SAMPLE = 20;

/** Throws unless all contenders return the same results, except for the time of a cancellation. */
export async function checkAnswers(
  contenders: RunningContender[],
  scenarios: readonly Scenario[],
  database: BenchDatabase,
): Promise<void> {
  for (const scenario of scenarios) {
    const requests = (await scenario.requests(database)).slice(0, SAMPLE);
    if (requests.length === 0) throw new Error(`${scenario.title}: there are too few tickets for it`);
    let right: { by: string; answers: unknown[] } | null = null;
    for (const contender of contenders) {
      const { name, title, origin } = contender;
      if (!canAnswer(contender, scenario) || scenario.unlike === name) continue;
      const answers: unknown[] = [];
      for (const request of requests)
        answers.push(withoutMoment(await ask(origin, scenario.operation, request)));
      if (scenario.changes) await renewTickets(database);
      right ??= { by: title, answers };
      const other = answers.findIndex((answer, nth) => !isDeepStrictEqual(answer, right?.answers[nth]));
      if (other !== -1) {
        const [ours, theirs] = [right.answers[other], answers[other]].map((answer) => JSON.stringify(answer));
        throw new Error(`${scenario.title}: ${right.by} answers\n${ours}\nbut ${title}\n${theirs}`);
      }
    }
  }
}

function withoutMoment(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (key, value) => (key === 'cancelledAt' ? 'a moment' : value)));
}
