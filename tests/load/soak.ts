import { startLoad } from '../faults/constant-load.ts';
import { say } from '../faults/findings.ts';
import type { TicketToCancel } from '../faults/given-tickets.ts';
import type { Stage } from '../faults/stage.ts';
import { sleep } from '../faults/until.ts';
import { toTable } from '../security/part.ts';
import { startDisturbing } from './disturb.ts';
import { type Footprint, footprintOf, median } from './footprint.ts';

const SAMPLE_EVERY_MS = 2_000;
const SAMPLES_A_MINUTE = 60_000 / SAMPLE_EVERY_MS;
/** What may come and go: sockets of clients, a log file. */
const HANDFUL = 10;
/** A run that is shorter has not warmed up: its memory is only printed. */
const MINUTES_FOR_MEMORY = 10;
const MEMORY_GROWTH = 1.25;

const PROCESSES = [
  { name: 'API', of: ({ api }: Stage) => api.pid(), user: 'usher_api' },
  { name: 'worker', of: ({ worker }: Stage) => worker.pid(), user: 'usher_worker' },
];

/** Reads, cancels and disturbs for some minutes; then the second quarter of the time is compared with the last. */
export async function soak(stage: Stage, tickets: TicketToCancel[], minutes: number): Promise<string> {
  const { findings, database } = stage;
  const [{ userId } = { userId: '' }] = tickets;
  const pauseMs = (minutes * 60_000 * 3) / tickets.length;
  const load = startLoad(stage.client, tickets, pauseMs, findings);
  const disturbing = startDisturbing(stage.origin, userId, findings);
  const samples: Footprint[][] = PROCESSES.map(() => []);
  for (let taken = 1; taken <= minutes * SAMPLES_A_MINUTE; taken += 1) {
    await sleep(SAMPLE_EVERY_MS);
    for (const [index, { of, user }] of PROCESSES.entries())
      samples[index]?.push(await footprintOf(of(stage), database.sql, user));
    if (taken % SAMPLES_A_MINUTE === 0) {
      const now = PROCESSES.map(
        ({ name }, index) => `${name} ${Math.round(samples[index]?.at(-1)?.memory ?? 0)} MB`,
      );
      say(
        `soaked ${taken / SAMPLES_A_MINUTE} of ${minutes} minutes: ${now.join(', ')}, ${load.told.size} cancelled`,
      );
    }
  }
  await Promise.all([load.stop(), disturbing.stop()]);

  const rows = PROCESSES.flatMap(({ name }, index) => compare(name, samples[index] ?? [], minutes, stage));
  return toTable(['', 'second quarter', 'last quarter'], rows);
}

function compare(name: string, samples: Footprint[], minutes: number, { findings }: Stage): string[][] {
  const quarter = (nth: number) =>
    samples.slice(Math.floor((samples.length * nth) / 4), Math.floor((samples.length * (nth + 1)) / 4));
  return (['memory', 'descriptors', 'connections'] as const).map((what) => {
    const [early, late] = [quarter(1), quarter(3)].map((part) => median(part.map((sample) => sample[what])));
    if (early === undefined || late === undefined) throw new Error('too few samples');
    const grows =
      what === 'memory'
        ? minutes >= MINUTES_FOR_MEMORY && late > early * MEMORY_GROWTH
        : late > early + HANDFUL;
    if (grows) findings.broken(`the ${what} of the ${name} grew from ${early} to ${late}`);
    return [`${name}: ${what}`, early.toFixed(0), late.toFixed(0)];
  });
}
