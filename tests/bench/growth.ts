import { seedBenchDatabase, startBenchServer } from './bench-database.ts';
import { CONTENDERS } from './contender.ts';
import { startContender } from './contender-process.ts';
import { startLoadGenerator } from './load-generator.ts';
import { type Measurement, measure } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { renewTickets } from './renew-tickets.ts';
import { say } from './say.ts';
import type { Scenario } from './scenario.ts';
import { findServerPid } from './server-facts.ts';
import { median, ratios } from './statistics.ts';
import { table } from './table.ts';

const FEW = 10_000;
const MANY = 1_000_000;

/** Usher alone, on few and on many tickets in turns, and at the start and deep inside of one list. @returns the tables */
export async function grow(options: BenchOptions): Promise<string> {
  const { rounds, seconds } = options;
  const [connections = 16] = options.connections;
  const usher = CONTENDERS.find(({ name }) => name === 'usher');
  if (!usher) throw new Error('Usher is no contender');
  const serverUrl = await startBenchServer();
  const few = await seedBenchDatabase(serverUrl, FEW);
  const many = await seedBenchDatabase(serverUrl, MANY);
  const serverPid = await findServerPid(few);
  const runLoad = startLoadGenerator();
  const places = [
    { database: few, contender: await startContender(usher, few.url) },
    { database: many, contender: await startContender(usher, many.url) },
  ];

  async function measureAt(place: (typeof places)[number], scenario: Scenario): Promise<Measurement> {
    const requests = await scenario.requests(place.database);
    const load = { connections, seconds };
    const measurement = await measure(runLoad, place.contender, scenario, requests, load, serverPid);
    if (scenario.changes) await renewTickets(place.database);
    return measurement;
  }

  const onBoth = options.scenarios.filter(({ name }) => name !== 'first' && name !== 'deep');
  const [first, deep] = ['first', 'deep'].map((name) => options.scenarios.find((one) => one.name === name));
  const pairs = [
    ...onBoth.map((scenario) => ({ title: scenario.title, small: scenario, large: scenario, at: [0, 1] })),
    ...(first && deep
      ? [{ title: `${first.title}, and ${deep.title}`, small: first, large: deep, at: [1, 1] }]
      : []),
  ];
  const rows: string[][] = [];
  for (const { title, small, large, at } of pairs) {
    const measured: [Measurement[], Measurement[]] = [[], []];
    for (let round = 0; round < rounds; round += 1)
      for (const side of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const place = places[at[side] ?? 0];
        if (place) measured[side].push(await measureAt(place, side === 0 ? small : large));
      }
    const row = [
      title,
      ...(['perSecond', 'p50', 'p99', 'apiCpu', 'databaseCpu'] as const).map((key) =>
        pairText(measured, key),
      ),
    ];
    rows.push(row);
    say(row.join('  '));
  }
  const head = ['', 'requests/s', 'p50 ms', 'p99 ms', 'API CPU ms', 'database CPU ms'];
  return `Usher with ${FEW} and with ${MANY} tickets, ${connections} connections: few -> many (ratio).\n\n${table(head, rows)}\n`;
}

function pairText([small, large]: [Measurement[], Measurement[]], key: keyof Measurement): string {
  const of = (rounds: Measurement[]) => rounds.map((round) => round[key]);
  const digits = key === 'perSecond' ? 0 : 2;
  const [few, many] = [median(of(small)), median(of(large))].map((value) => value.toFixed(digits));
  return `${few} -> ${many} (${median(ratios(of(large), of(small))).toFixed(2)})`;
}
