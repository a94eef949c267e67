import { ask } from './ask.ts';
import type { BenchDatabase } from './bench-database.ts';
import type { Contender } from './contender.ts';
import { startContender } from './contender-process.ts';
import { renewTickets } from './renew-tickets.ts';
import type { Scenario } from './scenario.ts';
import { startStatementTap, type WireCount } from './statement-tap.ts';

/** Requests before counting. They open connections, fetch types and prepare statements on each. */
const WARM_REQUESTS = 100;
const COUNTED_REQUESTS = 20;

/**
 * Counts the messages of one operation, by scenario. Requests are sequential, so the counts are the same in every run.
 */
export async function countStatements(
  contender: Contender,
  scenarios: readonly Scenario[],
  database: BenchDatabase,
): Promise<Map<string, WireCount>> {
  const tap = await startStatementTap(database.url);
  const running = await startContender(contender, tap.url);
  const counts = new Map<string, WireCount>();
  for (const { name, operation, changes, requests } of scenarios) {
    const all = await requests(database);
    const send = async (start: number, count: number) => {
      for (let nth = start; nth < start + count; nth += 1) {
        const request = all[changes ? nth : nth % all.length];
        if (request) await ask(running.origin, operation, request);
      }
    };
    await send(0, WARM_REQUESTS);
    const counted = await tap.during(() => send(WARM_REQUESTS, COUNTED_REQUESTS));
    const { statements, parsed, roundTrips } = counted;
    counts.set(name, {
      statements: statements / COUNTED_REQUESTS,
      parsed: parsed / COUNTED_REQUESTS,
      roundTrips: roundTrips / COUNTED_REQUESTS,
    });
    if (changes) await renewTickets(database);
  }
  await running.stop();
  tap.close();
  return counts;
}
