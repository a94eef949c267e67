import { pick, seededRandom } from '../../src/dev/demo/seeded-random.ts';
import type { Cancelled } from './api-client.ts';
import { say } from './findings.ts';
import type { TicketToCancel } from './given-tickets.ts';
import { everyFaultOnce, faultsByOdds } from './provider-faults.ts';
import type { Stage } from './stage.ts';
import { sleep } from './until.ts';

const CLIENTS = 8;
/** Ensures some kills in a run of any length. */
const FEWEST_KILLS = { api: 4, worker: 3, sandbox: 2 };
/** The minimum duration of the clients, for any number of them, so that kills hit cancellations. Milliseconds. */
const LASTS_AT_LEAST = 12_000;
const USUAL_PAUSE = 2_500;
const ODDS_OF_MESSAGE_FAULT = 0.03;

/**
 * Cancels all tickets with several concurrent clients and all faults of the payment provider enabled, while API, worker
 * and provider are killed at random times.
 *
 * @returns the outcomes that the clients received, by refund
 */
export async function cancelInAStorm(
  stage: Stage,
  tickets: TicketToCancel[],
  seed: number,
): Promise<Map<string, Cancelled>> {
  const told = new Map<string, Cancelled>();
  const queue = [...tickets];
  const deadline = setTimeout(
    () => {
      for (const { id } of queue.splice(0)) stage.findings.broken(`${id}: there was no time to cancel it`);
    },
    180_000 + tickets.length * 2_000,
  );
  // Separate random generators, because the order of the participants varies.
  const clients = Array.from({ length: CLIENTS }, (_, index) =>
    cancelOneByOne(stage, queue, told, seededRandom(`client ${index} of ${seed}`)),
  );
  faultMessages(stage, seed);
  await stage.setFaults(everyFaultOnce(seed));
  let clientsDone = false;
  const done = Promise.all(clients).finally(() => {
    clientsDone = true;
    clearTimeout(deadline);
  });
  await Promise.all([
    done,
    killAtRandom(
      stage,
      seed,
      () => clientsDone,
      () => told.size,
    ),
  ]);
  return told;
}

async function cancelOneByOne(
  { client, findings }: Stage,
  queue: TicketToCancel[],
  told: Map<string, Cancelled>,
  random: () => number,
): Promise<void> {
  const pause = Math.max(USUAL_PAUSE, (LASTS_AT_LEAST * CLIENTS) / (queue.length + 1));
  for (let ticket = queue.shift(); ticket; ticket = queue.shift()) {
    try {
      for (const seatIds of ticket.part.length > 0 ? [ticket.part, null] : [null]) {
        const call = await client.prepare(ticket, seatIds);
        await sleep(random() * 2 * pause);
        const outcome = await client.cancel(call);
        told.set(outcome.refund.id, outcome);
        findings.count(
          seatIds ? 'cancellations: of a part of the seats' : 'cancellations: of all or the rest',
        );
        if (random() >= 0.25) continue;
        findings.count('calls repeated after their answer: in all');
        const { refund, cancelledAt } = await client.cancel(call);
        if (refund.id !== outcome.refund.id || cancelledAt !== outcome.cancelledAt)
          findings.broken(`${ticket.id}: repeated, the call had another answer`);
      }
    } catch (error) {
      findings.broken(`${ticket.id} could not be cancelled: ${error}`);
    }
  }
}

async function killAtRandom(
  stage: Stage,
  seed: number,
  clientsDone: () => boolean,
  cancelled: () => number,
): Promise<void> {
  const random = seededRandom(`kills of ${seed}`);
  const kills = { api: 0, worker: 0, sandbox: 0 };
  const fewest = Object.entries(FEWEST_KILLS);
  const enough = () => fewest.every(([name, least]) => kills[name as keyof typeof kills] >= least);
  while (!clientsDone() || !enough()) {
    // Sometimes during its start, sometimes during its work.
    await sleep(500 + random() * 3_500);
    const name = pick(random, ['api', 'api', 'api', 'worker', 'worker', 'sandbox'] as const);
    if (name === 'worker') await sleep(random() * 2_500);
    await stage[name].kill('at random');
    kills[name] += 1;
    await sleep(random() * 500);
    stage[name].start();
    if (name === 'sandbox') {
      // A restarted provider has no faults enabled.
      await stage.untilReady('sandbox');
      await stage.setFaults(faultsByOdds(seed + kills.sandbox));
    }
    // Some client calls must succeed.
    if (name === 'api' && random() < 0.7) await stage.untilReady('api');
    say(`${cancelled()} tickets are cancelled`);
  }
}

function faultMessages({ mail, sms }: Stage, seed: number): void {
  const random = seededRandom(`messages of ${seed}`);
  const draw = <Fault>(one: Fault, other: Fault) => {
    const drawn = random();
    return drawn < ODDS_OF_MESSAGE_FAULT ? one : drawn < 2 * ODDS_OF_MESSAGE_FAULT ? other : null;
  };
  mail.fault = () => draw('refused', 'delivered, but answered 451');
  sms.fault = () => draw('refused with 429', 'delivered, but never answered');
}
