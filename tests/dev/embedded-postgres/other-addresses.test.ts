import { chmod, mkdir } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/dev/embedded-postgres/start-embedded-postgres.ts';
import { VERY_PATIENTLY } from '../../support/patiently.ts';
import { runUsher } from '../../support/usher-process.ts';
import { useSandbox } from './sandbox.ts';

const sandbox = useSandbox();
const hasIpv6 = networkInterfaces().lo?.some(({ address }) => address === '::1');

test.each([
  [
    'in a parameter',
    (user: string, folder: string, port: string) => `${user}@/usher?host=${folder}&port=${port}`,
  ],
  ['in the host’s place', (user: string, folder: string, port: string) => `${user}@${folder}:${port}/usher`],
  ...(hasIpv6
    ? [['by its IPv6 address', (user: string, _: string, port: string) => `${user}@[::1]:${port}/usher`]]
    : []),
] as [string, (user: string, folder: string, port: string) => string][])(
  'API, worker and commands reach a server whose socket is named %s',
  async (_where, place) => {
    const folder = join(sandbox.root, 'a socket');
    await mkdir(folder);
    await chmod(folder, 0o777);
    const flags = ['-c', `unix_socket_directories=${folder}`, '-c', 'listen_addresses=127.0.0.1,::1'];
    const server = await startEmbeddedPostgres({ dataFolder: sandbox.dataFolder, durable: false, flags });
    const { port, username, password } = new URL(server.url);
    const url = `postgres://${place(`${username}:${password}`, encodeURIComponent(folder), port)}`;
    const environment = { DATABASE_URL: url, DATA_FOLDER: join(sandbox.root, 'data'), WEB_CLIENT: 'false' };

    const usher = runUsher('src/main.ts', [], { ...environment, PORT: '0' });
    await usher.until(/^Cancel TKT[\s\S]*refundEta.*'$/m);
    const [, listBody = '', cancelBody = ''] = /-d '(.*)'[\s\S]*-d '(.*)'/.exec(usher.output()) ?? [];
    const graphql = /GraphQL +(http\S+)/.exec(usher.output())?.[1] ?? '';
    const authorization = /Bearer [^']+/.exec(usher.output())?.[0] ?? '';
    const ask = async (body: string) => {
      const headers = { 'content-type': 'application/json', authorization };
      return (await (await fetch(graphql, { method: 'POST', headers, body })).json()).data;
    };
    expect((await ask(listBody)).myTickets.nodes).toHaveLength(3);
    const { ticketId } = (await ask(cancelBody)).cancelTicket;
    const query = JSON.stringify({ query: `{ ticket(id: "${ticketId}") { refund { refundStatus } } }` });
    await vi.waitFor(async () => {
      expect((await ask(query)).ticket.refund.refundStatus).toBe('PROCESSED');
    }, VERY_PATIENTLY);

    const listed = runUsher('src/app/commands/refunds.ts', ['list', '--stuck'], environment);
    expect([await listed.exit, listed.output()]).toEqual([0, expect.stringContaining('stuck')]);
    usher.child.kill('SIGTERM');
    expect(await usher.exit).toBe(0);
    await server.stop();
  },
);
