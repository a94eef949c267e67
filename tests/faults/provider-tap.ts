import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Findings } from './findings.ts';
import { nameAnswer } from './name-answer.ts';

/** The points at which a refund request can be held until the worker is dead. */
export type TapPoint = 'hold the demand' | 'let the demand pass' | 'hold the answer';

export interface ProviderTap {
  url: string;
  /** Resolves when the next request for this payment has reached that point. */
  caught(paymentId: string, point: TapPoint): Promise<void>;
  close(): Promise<void>;
}

/** A proxy between worker and payment provider. It forwards everything and counts the responses to the worker. */
export async function startProviderTap(providerPort: number, findings: Findings): Promise<ProviderTap> {
  const traps = new Map<string, { point: TapPoint; spring: () => void }>();
  const server = createServer((request, response) => {
    // A worker that was killed during its request does not wait for the response.
    relay(request, response).catch(() => response.destroy());
  });

  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const asked = await buffer(request);
    const paymentId = /^\/v1\/payments\/([^/]+)\/refund$/.exec(url)?.[1] ?? '';
    const trap = traps.get(paymentId);
    traps.delete(paymentId);
    if (trap?.point === 'hold the demand') return trap.spring();

    const since = Date.now();
    let counted = false;
    const count = (what: string) => {
      if (counted) return;
      counted = true;
      findings.count(`provider answers to ${method === 'POST' ? 'demands' : 'look-ups'}: ${what}`);
    };
    // One connection per request, so that a fault of one does not affect another.
    const upstream = httpRequest({
      host: '127.0.0.1',
      port: providerPort,
      method,
      path: url,
      headers,
      agent: false,
    });
    response.once('close', () => {
      if (!response.writableFinished && !upstream.destroyed) {
        // Usher waits ten seconds.
        count(Date.now() - since > 9_000 ? 'none, timed out' : 'not waited for, the worker was killed');
        upstream.destroy();
      }
    });
    upstream.once('error', (error) => {
      if (response.destroyed) return;
      count(`none, ${'code' in error ? error.code : error.message}`);
      response.socket?.resetAndDestroy();
    });
    upstream.once('response', async (answer) => {
      const chunks: Buffer[] = [];
      const whole = await readAll(answer, chunks);
      const body = Buffer.concat(chunks);
      if (response.destroyed) return;
      if (trap?.point === 'hold the answer') return trap.spring();
      const status = answer.statusCode ?? 0;
      count(whole ? nameAnswer(status, body.toString(), asked.toString()) : 'half a body');
      response.writeHead(status, answer.headers);
      if (whole) response.end(body);
      else response.write(body, () => response.socket?.destroy());
    });
    upstream.end(asked);
    if (trap?.point === 'let the demand pass') trap.spring();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    caught: (paymentId, point) => new Promise((spring) => traps.set(paymentId, { point, spring })),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether the body is complete. */
function readAll(answer: IncomingMessage, chunks: Buffer[]): Promise<boolean> {
  return new Promise((resolve) => {
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('end', () => resolve(true));
    answer.once('error', () => resolve(false));
    answer.once('close', () => resolve(false));
  });
}
