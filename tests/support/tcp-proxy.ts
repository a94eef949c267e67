import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** A proxy between a client and a database. It loses connections as networks do, without a message from PostgreSQL. */
export interface TcpProxy {
  /** The database's URL through the proxy. */
  url: string;
  /** Resets every connection: the client reads ECONNRESET. */
  reset(): void;
  /** Ends every connection, like a server that stops. */
  end(): void;
  /** Resets the next connection over which the client sends this text. */
  resetAt(text: string): void;
  /** Resets a connection instead of forwarding the n-th response of the database that contains this text. */
  resetAtAnswer(text: string, nth: number): void;
  /** Until thaw(), keeps every connection, new ones too, open but forwards nothing, as with an unplugged cable. */
  freeze(): void;
  /** The same for every n-th open connection. New connections are not affected. */
  freezeOpen(nth: number): void;
  thaw(): void;
  /** Whether new connections are accepted and closed immediately. */
  hangUp(isHangingUp: boolean): void;
  close(): Promise<void>;
}

export async function startTcpProxy(databaseUrl: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(databaseUrl);
  /** Client sockets with their sockets to the database. */
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
    // Without reading, the end of one side is not forwarded to the other.
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
