import type { ApiClient, Cancelled } from './api-client.ts';
import type { Findings } from './findings.ts';
import type { TicketToCancel } from './given-tickets.ts';
import { sleep } from './until.ts';

/** One request as its client saw it. */
export interface Answered {
  /** When the answer came, by performance.now(). */
  at: number;
  ms: number;
  /** ok, a code of the catalogue, or why there was no answer. */
  code: string;
  hasRetryHint: boolean;
}

export interface Load {
  /** What the clients of the cancellations were told, by ticket. */
  told: Map<string, Cancelled>;
  stop(): Promise<void>;
}

const READERS = 6;
const READERS_PAUSE_MS = 30;
const CANCELLERS = 3;

/** People who read their tickets without end, and people who cancel, each until it is answered. */
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
        told.set(id, await client.cancel(await client.prepare(ticket)));
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
