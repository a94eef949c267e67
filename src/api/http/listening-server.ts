import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsherError } from '../../platform/errors/usher-error.ts';
import { limitConnections } from './limit-connections.ts';
import { targetOf } from './request-target.ts';
import { readOnly, respondError } from './respond.ts';

export interface ListeningServer {
  /** http://host:port */
  origin: string;
  /** Starts to handle requests. Before that, each request gets 503. */
  serve(handle: RequestListener): void;
  /** True as soon as `close` is called. */
  isClosing(): boolean;
  /**
   * Goes on answering for `drainMs`, so that load balancers see that it is not ready. Then accepts no more requests,
   * and waits up to ten seconds for those in flight.
   */
  close(options?: { drainMs: number }): Promise<void>;
}

const GRACE_MS = 10_000;
const CLOSE_IDLE_EVERY_MS = 100;

/** How long a client may take. Milliseconds. */
const TIMEOUTS = {
  /** For the head of a request. */
  headersTimeout: 10_000,
  /** For the whole request. */
  requestTimeout: 20_000,
  /** Between two requests. Longer than load balancers keep connections (60 s), so that we never close one first. */
  keepAliveTimeout: 65_000,
  /** How often the first two are checked. */
  connectionsCheckingInterval: 2_000,
};
/** Far more than load balancers keep open. An idle one takes about 10 KB. */
const MOST_CONNECTIONS = 5_000;
/** Without a byte in either direction during a request, the client is not reading. */
const SOCKET_TIMEOUT_MS = 30_000;

/** Binds the port before anything else is started, so that a busy port is reported first. */
export async function listen(
  port: number,
  host: string,
  timeouts = TIMEOUTS,
  mostConnections = MOST_CONNECTIONS,
): Promise<ListeningServer> {
  const server = createServer(timeouts, respondStarting).setTimeout(SOCKET_TIMEOUT_MS);
  // By default, Node silently drops all headers after the first thousand, a second Authorization included. Their size
  // stays limited to 16 KB, beyond which Node answers 431.
  server.maxHeadersCount = 0;
  limitConnections(server, mostConnections);
  await new Promise<void>((resolve, reject) => {
    // If the host name cannot be resolved, Node names another system call.
    server.once('error', (error) => reject(Object.assign(error, { syscall: 'listen' })));
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  let isClosing = false;
  // A connection ends with the first answer that it gets while the server closes.
  server.prependListener('request', (_request, response) => {
    if (isClosing) response.setHeader('connection', 'close');
  });
  return {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    serve: (handle) => server.off('request', respondStarting).on('request', handle),
    isClosing: () => isClosing,
    close: async ({ drainMs } = { drainMs: 0 }) => {
      isClosing = true;
      if (drainMs > 0) await sleep(drainMs);
      await close(server);
    },
  };
}

/** Seconds. */
const RETRY_AFTER = 2;
const STARTING = new UsherError('SERVICE_UNAVAILABLE', { retryAfterSeconds: RETRY_AFTER });

const respondStarting: RequestListener = (request, response) => {
  if (targetOf(request).path === '/healthz') readOnly(request, response, () => response.end('ok'));
  else respondError(response, 503, STARTING, { 'retry-after': String(RETRY_AFTER) });
};

async function close(server: Server): Promise<void> {
  const deadline = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  // Connections whose last answer began before `isClosing` would otherwise wait for another request.
  const closingIdle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(closingIdle);
  clearTimeout(deadline);
}
