import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsherError } from '../errors/usher-error.ts';
import { respondError } from './respond.ts';

export interface ListeningServer {
  /** http://host:port */
  origin: string;
  /** From now on requests go there; until then each is told to come again. */
  serve(handle: RequestListener): void;
  /** Takes no more requests and waits for those under way, at most ten seconds. */
  close(): Promise<void>;
}

const GRACE_MS = 10_000;

/** Binds the address at once, so that a busy port shows before anything else is started. */
export async function listen(port: number, host: string): Promise<ListeningServer> {
  const server = createServer(respondStarting);
  await new Promise<void>((resolve, reject) => {
    // A host that has no address fails in another call, but is the same mistake.
    server.once('error', (error) => reject(Object.assign(error, { syscall: 'listen' })));
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    serve: (handle) => server.off('request', respondStarting).on('request', handle),
    close: () => close(server),
  };
}

const respondStarting: RequestListener = (request, response) => {
  if (request.url === '/healthz') response.end('ok');
  else respondError(response, 503, new UsherError('SERVICE_UNAVAILABLE'), { 'retry-after': '2' });
};

async function close(server: Server): Promise<void> {
  const deadline = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(deadline);
}
