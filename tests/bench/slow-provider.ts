import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { onCleanUp } from './clean-up.ts';

export interface SlowProvider {
  url: string;
  /** The most calls that were under way since it was last asked. */
  mostAtOnce(): number;
}

/** A payment provider that answers every call after a pause: it knows no refund, and makes each demanded one. */
export async function startSlowProvider(pauseMs: number, status: string): Promise<SlowProvider> {
  let made = 0;
  let underWay = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    await sleep(pauseMs);
    if (request.method === 'POST') made += 1;
    const answer =
      request.method === 'GET'
        ? { entity: 'collection', count: 0, items: [] }
        : { ...JSON.parse(String(Buffer.concat(chunks))), ...refund(String(request.url), made), status };
    underWay -= 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onCleanUp(() => server.closeAllConnections());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mostAtOnce: () => {
      const seen = most;
      most = 0;
      return seen;
    },
  };
}

function refund(path: string, number: number) {
  return {
    id: `rfnd_${process.pid}${number}`,
    entity: 'refund',
    currency: 'INR',
    payment_id: path.split('/')[3],
    acquirer_data: { arn: `ARN${number}` },
    created_at: Math.floor(Date.now() / 1_000),
  };
}

/** A mail server that takes everything. Returns its URL. */
export async function startMailSink(): Promise<string> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => {
      stream.resume().once('end', () => done());
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onCleanUp(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
}
