import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';

/** The counted messages to the database. */
export interface WireCount {
  /** Statements that were executed. */
  statements: number;
  /** The unprepared statements among them: the database had to parse and plan them. */
  parsed: number;
  /** How often the client sent something while nothing was in flight: the number of times it waited. */
  roundTrips: number;
}

export interface StatementTap {
  /** The database's URL through the tap. */
  url: string;
  /** Counts the messages during an operation. Nothing else may be in flight. */
  during(work: () => Promise<unknown>): Promise<WireCount>;
  close(): void;
}

const [EXECUTE, QUERY, PARSE, BIND, FLUSH, SYNC, READY] = [...'EQPBHSZ'].map((letter) =>
  letter.charCodeAt(0),
);

/**
 * Delays answers: an immediate answer could arrive before the client has sent the rest of a pipeline, and the count
 * would depend on the speed of the machine.
 */
const ANSWER_DELAY_MS = 5;

/**
 * A proxy between a client and the database that counts the messages of PostgreSQL's protocol.
 *
 * @param answerDelayMs longer than a client needs to send a pipeline, even on a busy machine
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
    /** Whether the client waits for the parameter types of a statement before it binds values. */
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

/** Calls back with the type of every message. The first message of a client, the start-up, has none. */
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
