import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';

/** What went over the wire to the database. */
export interface WireCount {
  /** Statements that were executed. */
  statements: number;
  /** Of these, those that the database had to parse and plan anew, because they were not prepared. */
  parsed: number;
  /** How often the client had nothing under way and sent something: the number of times it waited. */
  roundTrips: number;
}

export interface StatementTap {
  /** The database's URL through the tap. */
  url: string;
  /** Counts what goes over the wire while something is done; nothing else may be under way. */
  during(work: () => Promise<unknown>): Promise<WireCount>;
  close(): void;
}

const [EXECUTE, QUERY, PARSE, BIND, FLUSH, SYNC, READY] = [...'EQPBHSZ'].map((letter) =>
  letter.charCodeAt(0),
);

/**
 * An answer that comes at once could overtake what the client sends with the question, and the count would depend on
 * the machine's mood.
 */
const ANSWER_DELAY_MS = 5;

/**
 * Stands between a client and the database and counts the messages of PostgreSQL's protocol.
 *
 * @param answerDelayMs longer than a client takes, busy machine or not, to send what it sends together
 */
export async function startStatementTap(
  databaseUrl: string,
  answerDelayMs = ANSWER_DELAY_MS,
): Promise<StatementTap> {
  const { hostname, port } = new URL(databaseUrl);
  const count: WireCount = { statements: 0, parsed: 0, roundTrips: 0 };
  /** Requests that the database has not answered yet, over all connections. */
  let underWay = 0;
  let isCounting = false;

  const server = createServer({ noDelay: true }, (client) => {
    const database = createConnection({ host: hostname, port: Number(port), noDelay: true });
    /** It asked what a statement's parameters are, and binds them only when it has been told. */
    let isAsking = false;
    const fromClient = messageReader(true, (type) => {
      if (type === EXECUTE || type === QUERY) count.statements += 1;
      if (type === PARSE || type === QUERY) count.parsed += 1;
      if (type === BIND && isAsking) underWay -= 1;
      if (type === BIND || type === FLUSH) isAsking = type === FLUSH;
      if (type !== SYNC && type !== QUERY && type !== FLUSH) return;
      if (underWay === 0) count.roundTrips += 1;
      underWay += 1;
    });
    let greeted = false;
    const toClient = messageReader(false, (type) => {
      if (type !== READY) return;
      if (greeted) underWay -= 1;
      greeted = true;
    });
    client.on('data', (bytes) => {
      fromClient(bytes);
      database.write(bytes);
    });
    const deliver = (bytes: Buffer) => {
      toClient(bytes);
      client.write(bytes);
    };
    database.on('data', (bytes) => {
      if (isCounting) setTimeout(deliver, answerDelayMs, bytes);
      else deliver(bytes);
    });
    client.on('error', () => {}).on('close', () => database.destroy());
    database.on('error', () => {}).on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const tapPort = typeof address === 'object' && address ? address.port : 0;
  return {
    url: Object.assign(new URL(databaseUrl), { port: tapPort }).href,
    during: async (work) => {
      Object.assign(count, { statements: 0, parsed: 0, roundTrips: 0 });
      isCounting = true;
      await work();
      isCounting = false;
      return { ...count };
    },
    close: () => server.close(),
  };
}

/** Calls back with the type of every message; a client's first one, the start-up, has none. */
function messageReader(hasStartUp: boolean, hear: (type: number) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let starting = hasStartUp;
  return (bytes) => {
    rest = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
    for (;;) {
      const head = starting ? 0 : 1;
      if (rest.length < head + 4) return;
      const length = head + rest.readUInt32BE(head);
      if (rest.length < length) return;
      if (!starting) hear(rest[0] ?? 0);
      starting = false;
      rest = rest.subarray(length);
    }
  };
}
