import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** A socket of Node's HTTP server. The field is the response that is to be sent next. */
type HttpSocket = Socket & { _httpMessage?: { req: IncomingMessage } | null };

/**
 * Limits the connections of a server. Beyond the limit, each new connection replaces the oldest one that waits for its
 * client: for a request, or for the rest of one. So health checks still get in. Node's own maxConnections would refuse
 * them with all others.
 *
 * A request that has arrived is never ended: when there is nothing else, the new connection is closed.
 */
export function limitConnections(server: Server, most: number): void {
  const sockets = new Set<HttpSocket>();
  server.on('connection', (socket: HttpSocket) => {
    if (sockets.size >= most) {
      const oldest = findWaiting(sockets);
      (oldest ?? socket).destroy();
      if (!oldest) return;
      sockets.delete(oldest);
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
}

function findWaiting(sockets: Set<HttpSocket>): HttpSocket | null {
  for (const socket of sockets) if (socket._httpMessage?.req.complete !== true) return socket;
  return null;
}
