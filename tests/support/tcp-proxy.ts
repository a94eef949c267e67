import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** Stands between a client and a database, to lose connections as networks do: without a word from PostgreSQL. */
export interface TcpProxy {
  /** The database's URL through the proxy. */
  url: string;
  /** Resets every connection: the client reads ECONNRESET. */
  reset(): void;
  /** Ends every connection, as a server does that stops. */
  end(): void;
  /** Resets the next connection over which the client sends this text. */
  resetAt(text: string): void;
  /** Resets a connection instead of passing on the n-th answer of the database that has this text. */
  resetAtAnswer(text: string, nth: number): void;
  /** Every connection, new ones too, stays open and passes nothing, as behind a pulled cable, until thaw(). */
  freeze(): void;
  /** The same for every n-th connection that is open now; new ones pass. */
  freezeOpen(nth: number): void;
  thaw(): void;
  /** True: from now on connections are accepted and closed at once. */
  hangUp(isHangingUp: boolean): void;
  close(): Promise<void>;
}

export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(databaseUrl);
  /** Each with its side towards the database. */
  const clients = new Map<Socket, Socket>();
  let fatalText: string | null = null;
  let fatalAnswer: { text: string; left: number } | null = null;
  let isHangingUp = false;
  let isFrozen = false;

  const server = createServer((client) => {
    client.on('error', () => {});
    if (isHangingUp) {
      client.resume().end();
      return;
    }
    const database = createConnection({ host: hostname, port: Number(port) });
    database.on('error', () => client.destroy());
    clients.set(client, database);
    client.on('close', () => {
      clients.delete(client);
      database.destroy();
    });
    client.on('data', (bytes) => {
      if (fatalText === null || !bytes.includes(fatalText)) return;
      fatalText = null;
      client.resetAndDestroy();
    });
    database.on('data', (bytes) => {
      if (fatalAnswer === null || !bytes.includes(fatalAnswer.text)) return;
      fatalAnswer.left -= 1;
      if (fatalAnswer.left > 0) return;
      fatalAnswer = null;
      client.resetAndDestroy();
    });
    client.pipe(database).pipe(client);
    if (isFrozen) freeze(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = new URL(databaseUrl);
  url.port = typeof address === 'object' && address ? String(address.port) : '';

  const reset = () => {
    for (const client of clients.keys()) client.resetAndDestroy();
  };
  const freeze = (client: Socket) => {
    const database = clients.get(client);
    // Unread, even the end of the one side is not told to the other.
    client.unpipe().pause();
    database?.unpipe().pause();
  };
  return {
    url: url.href,
    reset,
    end: () => {
      for (const client of clients.keys()) client.end();
    },
    freeze: () => {
      isFrozen = true;
      for (const client of clients.keys()) freeze(client);
    },
    freezeOpen: (nth) => {
      for (const [index, client] of [...clients.keys()].entries()) if (index % nth === 0) freeze(client);
    },
    thaw: () => {
      isFrozen = false;
      for (const [client, database] of clients) client.pipe(database).pipe(client);
    },
    resetAt: (text) => {
      fatalText = text;
    },
    resetAtAnswer: (text, nth) => {
      fatalAnswer = { text, left: nth };
    },
    hangUp: (value) => {
      isHangingUp = value;
    },
    close: async () => {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}
