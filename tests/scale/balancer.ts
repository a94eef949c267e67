import { connect, createServer, type Socket } from 'node:net';

export interface Balancer {
  origin: string;
  /** The origins to which new connections go, round-robin. */
  targets: string[];
  close(): Promise<void>;
}

/** A load balancer for TCP connections. */
export async function startBalancer(): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    const { hostname, port } = new URL(
      balancer.targets[turn++ % balancer.targets.length] ?? 'http://127.0.0.1:1',
    );
    const target = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const balancer: Balancer = {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    targets: [],
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return balancer;
}
