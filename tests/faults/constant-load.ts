import type { ApiClient, Cancelled } from './api-client.ts';
import type { Findings } from './findings.ts';
import type { TicketToCancel } from './given-tickets.ts';
import { sleep } from './until.ts';

/** One request, seen from its client. */
export interface Answered {
  /** The time of the response, from performance.now(). */
  at: number;
  ms: number;
  /** ok, an error code, or why there was no response. */
  code: string;
  hasRetryHint: boolean;
}

export interface Load {
  /** The outcomes that the clients of the cancellations received, by ticket. */
  told: Map<string, Cancelled>;
  stop(): Promise<void>;
}

const READERS = 6;
const READERS_PAUSE_MS = 30;
const CANCELLERS = 3;

/** Clients that read tickets continuously, and clients that cancel, each retrying until it gets a response. */
export function startLoad(
  client: ApiClient,
  tickets: TicketToCancel[],
  cancellersPauseMs: number,
  findings: Findings,
): Load {
  const told = new Map<string, Cancelled>();
  let isOver = false;
  const toCancel = [...tickets];

  async function read(reader: number): Promise<void> {
    for (let n = reader; !isOver; n += READERS) {
      const ticket = tickets[n % tickets.length];
      if (!ticket) return;
      if (n % 3 === 0) await client.open(ticket);
      else await client.list(ticket);
      await sleep(READERS_PAUSE_MS);
    }
  }

  async function cancel(): Promise<void> {
    for (let ticket = toCancel.shift(); ticket && !isOver; ticket = toCancel.shift()) {
      const { id } = ticket;
      try {
        const outcome = await client.cancel(await client.prepare(ticket));
        told.set(id, outcome);
      } catch (error) {
        findings.broken(`${id} could not be cancelled: ${error}`);
      }
      await sleep(cancellersPauseMs * (0.5 + Math.random()));
    }
  }

  const running = [
    ...Array.from({ length: READERS }, (_, reader) => read(reader)),
    ...Array.from({ length: CANCELLERS }, cancel),
  ];
  return {
    told,
    stop: async () => {
      isOver = true;
      await Promise.all(running);
    },
  };
}
