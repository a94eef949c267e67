import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Contender } from './contender.ts';
import type { Measurement } from './measure.ts';
import type { Series } from './rounds.ts';
import type { WireCount } from './statement-tap.ts';
import { median, ratios } from './statistics.ts';
import { table } from './table.ts';

export interface Results {
  command: string;
  versions: string;
  tickets: number;
  rounds: number;
  seconds: number;
  warmUpSeconds: number;
  contenders: readonly Contender[];
  series: Series[];
  /** By contender, then by scenario. */
  wire: Map<string, Map<string, WireCount>>;
  /** Megabytes, by contender. */
  memory: Map<string, number>;
}

/** Everything that was measured, as Markdown. */
export function resultTables(results: Results): string {
  const [cpu] = cpus();
  const conditions =
    `\`${results.command}\`: ${results.tickets} tickets, medians of ${results.rounds} interleaved rounds of ` +
    `${results.seconds} s after ${results.warmUpSeconds} s to warm up; ratios to the baseline in the same round.\n${availableParallelism()} cores (${cpu?.model.trim()}) ` +
    `shared by API, PostgreSQL and load, ${Math.round(totalmem() / 2 ** 30)} GB; ${results.versions}.`;
  const sections = results.series.map(
    (series) =>
      `### ${series.scenario.title}, ${series.connections} connections\n\n${seriesTable(results, series)}`,
  );
  return [
    conditions,
    `### Throughput, as a ratio to the baseline\n\n${ratioTable(results)}`,
    ...sections,
    `### On the wire, per operation\n\n${wireTable(results)}`,
    `### Peak memory\n\n${memoryTable(results)}`,
    '',
  ].join('\n\n');
}

function ratioTable({ contenders, series }: Results): string {
  const titleOf = ({ scenario, connections }: Series) => `${scenario.title}, ${connections}`;
  const rows = contenders.map(({ name, title }) => [
    title,
    ...series.map((one) => ratioText(one, name, 'perSecond')),
  ]);
  return table(['', ...series.map(titleOf)], rows);
}

function seriesTable({ contenders }: Results, series: Series): string {
  const head = [
    '',
    'requests/s',
    'ratio (spread)',
    'p50 ms',
    'p99 ms',
    'p99 ratio',
    'API CPU ms',
    'database CPU ms',
  ];
  const rows = contenders.map(({ name, title }) => {
    const of = (key: keyof Measurement) => median((series.rounds.get(name) ?? []).map((round) => round[key]));
    return [
      title,
      of('perSecond').toFixed(0),
      ratioText(series, name, 'perSecond', true),
      of('p50').toFixed(1),
      of('p99').toFixed(1),
      ratioText(series, name, 'p99'),
      of('apiCpu').toFixed(3),
      of('databaseCpu').toFixed(3),
    ];
  });
  return table(head, rows);
}

function ratioText({ rounds }: Series, name: string, key: keyof Measurement, withSpread = false): string {
  const of = (contender: string) => (rounds.get(contender) ?? []).map((round) => round[key]);
  const all = ratios(of(name), of('baseline'));
  const middle = median(all);
  if (Number.isNaN(middle)) return '';
  const spread = withSpread ? ` (${Math.min(...all).toFixed(2)}-${Math.max(...all).toFixed(2)})` : '';
  return `${middle.toFixed(2)}${spread}`;
}

function wireTable({ contenders, wire, series }: Results): string {
  const scenarios = [...new Map(series.map(({ scenario }) => [scenario.name, scenario])).values()];
  const rows = contenders.map(({ name, title }) => [
    title,
    ...scenarios.map((scenario) => {
      const count = wire.get(name)?.get(scenario.name);
      return count ? `${count.statements} / ${count.parsed} / ${count.roundTrips}` : '';
    }),
  ]);
  const heads = scenarios.map(({ title }) => title);
  return `Statements / unprepared statements / round trips.\n\n${table(['', ...heads], rows)}`;
}

function memoryTable({ contenders, memory }: Results): string {
  const rows = contenders.map(({ name, title }) => [title, (memory.get(name) ?? Number.NaN).toFixed(0)]);
  return table(['', 'MB'], rows);
}
