import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsherError } from '../../platform/errors/usher-error.ts';
import { targetOf } from './request-target.ts';
import { readOnly, respondError } from './respond.ts';

export interface ListeningServer {
  /** http://host:port */
  origin: string;
  /** From now on requests go there; until then each is told to come again. */
  serve(handle: RequestListener): void;
  /** True from the first moment of closing: whoever sends requests here has to look for another instance. */
  isClosing(): boolean;
  /**
   * Goes on answering for `drainMs`, so that load balancers see the readiness before connections are refused; then takes
   * no more requests and waits for those under way, at most ten seconds.
   */
  close(options?: { drainMs: number }): Promise<void>;
}

const GRACE_MS = 10_000;
const HANG_UP_EVERY_MS = 100;

/** How long a client may take. Milliseconds. */
const PATIENCE = {
  /** For the head of a request. */
  headersTimeout: 10_000,
  /** For the whole request. */
  requestTimeout: 20_000,
  /** Between two requests: longer than load balancers keep theirs (60 s), so that it is never us who hang up first. */
  keepAliveTimeout: 65_000,
  /** How often the two above are looked at. */
  connectionsCheckingInterval: 2_000,
};
/** Without a byte in either direction during a request: the client does not read. Milliseconds. */
const SILENCE_MS = 30_000;

/** Binds the address at once, so that a busy port shows before anything else is started. */
export async function listen(port: number, host: string, patience = PATIENCE): Promise<ListeningServer> {
  const server = createServer(patience, respondStarting).setTimeout(SILENCE_MS);
  // Node would drop what comes after a thousand headers, a second Authorization too, and tell nobody. Without a limit
  // of their number the one of their size (16 KB) is left, beyond which Node refuses the request with 431.
  server.maxHeadersCount = 0;
  await new Promise<void>((resolve, reject) => {
    // A host that has no address fails in another call, but is the same mistake.
    server.once('error', (error) => reject(Object.assign(error, { syscall: 'listen' })));
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  let isClosing = false;
  // Each connection ends with the answer that it gets while we close.
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
  // A connection whose last answer was begun before would else wait for its client's next request.
  const hangingUp = setInterval(() => server.closeIdleConnections(), HANG_UP_EVERY_MS);
  await new Promise((resolve) => server.close(resolve));
  clearInterval(hangingUp);
  clearTimeout(deadline);
}
