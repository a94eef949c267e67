import { type BenchDatabase, seedBenchDatabase, startBenchServer } from './bench-database.ts';
import { CONTENDERS } from './contender.ts';
import { type RunningContender, startContender } from './contender-process.ts';
import type { LoadRequest } from './load.ts';
import { startLoadGenerator } from './load-generator.ts';
import { type Measurement, measure, warmUp } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { renewTickets } from './renew-tickets.ts';
import { say } from './say.ts';
import type { Scenario } from './scenario.ts';
import { findServerPid } from './server-facts.ts';
import { median, ratios } from './statistics.ts';
import { table } from './table.ts';

/** Measures Usher with increasing numbers of tickets, and at the start and deep inside one list. @returns the tables */
export async function grow(options: BenchOptions): Promise<string> {
  const { rounds, seconds, warmUpSeconds, sizes } = options;
  const [connections = 16] = options.connections;
  const usher = CONTENDERS.find(({ name }) => name === 'usher');
  if (!usher) throw new Error('Usher is no contender');
  const serverUrl = await startBenchServer();
  const places: Place[] = [];
  for (const tickets of sizes) {
    const database = await seedBenchDatabase(serverUrl, tickets);
    places.push({ database, contender: await startContender(usher, database.url) });
  }
  const largest = places[places.length - 1] as Place;
  const serverPid = await findServerPid(largest.database);
  const runLoad = startLoadGenerator();

  async function warmUpAt({ place, scenario, requests }: ReadySide): Promise<void> {
    await warmUp(runLoad, place.contender, scenario, requests, { connections, seconds: warmUpSeconds });
    if (scenario.changes) await renewTickets(place.database);
  }

  async function measureAt({ place, scenario, requests }: ReadySide): Promise<Measurement> {
    const load = { connections, seconds };
    const measurement = await measure(runLoad, place.contender, scenario, requests, load, serverPid);
    if (scenario.changes) await renewTickets(place.database);
    return measurement;
  }

  const onAll = options.scenarios.filter(({ name }) => name !== 'first' && name !== 'deep');
  const [first, deep] = ['first', 'deep'].map((name) => options.scenarios.find((one) => one.name === name));
  const comparisons: { title: string; sides: Side[] }[] = [
    ...onAll.map((scenario) => ({
      title: scenario.title,
      sides: places.map((place) => ({ place, scenario })),
    })),
    ...(first && deep
      ? [
          {
            title: `${first.title}, and ${deep.title}`,
            sides: [first, deep].map((scenario) => ({ place: largest, scenario })),
          },
        ]
      : []),
  ];
  const rows: string[][] = [];
  for (const { title, sides } of comparisons) {
    const ready: ReadySide[] = [];
    // Once, because choosing tickets for the requests scans all of them.
    for (const side of sides)
      ready.push({ ...side, requests: await side.scenario.requests(side.place.database) });
    for (const side of ready) await warmUpAt(side);
    const measured: Measurement[][] = sides.map(() => []);
    for (let round = 0; round < rounds; round += 1)
      for (let turn = 0; turn < sides.length; turn += 1) {
        const index = (round + turn) % sides.length;
        measured[index]?.push(await measureAt(ready[index] as ReadySide));
      }
    const row = [title, ...COLUMNS.map(([key, digits]) => growthText(measured, key, digits))];
    rows.push(row);
    say(row.join('  '));
  }
  const head = ['', 'requests/s', 'p50 ms', 'p99 ms', 'API CPU ms', 'database CPU ms'];
  return `Usher with ${sizes.join(', ')} tickets, ${connections} connections, medians of ${rounds} rounds of ${seconds} s after ${warmUpSeconds} s to warm up; behind each figure its ratio to the first.\n\n${table(head, rows)}\n`;
}

interface Place {
  database: BenchDatabase;
  contender: RunningContender;
}

/** One scenario on several databases, or two scenarios on one. */
interface Side {
  place: Place;
  scenario: Scenario;
}

interface ReadySide extends Side {
  requests: LoadRequest[];
}

const COLUMNS: [key: keyof Measurement, digits: number][] = [
  ['perSecond', 0],
  ['p50', 2],
  ['p99', 2],
  ['apiCpu', 2],
  ['databaseCpu', 2],
];

function growthText(measured: Measurement[][], key: keyof Measurement, digits: number): string {
  const [first = [], ...others] = measured.map((rounds) => rounds.map((round) => round[key]));
  const texts = others.map(
    (values) => `${median(values).toFixed(digits)} (${median(ratios(values, first)).toFixed(2)})`,
  );
  return [median(first).toFixed(digits), ...texts].join(', ');
}
