import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ListeningServer, listen } from '../../../src/api/http/listening-server.ts';

const PATIENCE = {
  headersTimeout: 200,
  requestTimeout: 400,
  keepAliveTimeout: 300,
  connectionsCheckingInterval: 50,
};

let server: ListeningServer;
let socket: Socket;
let received: string;
beforeEach(async () => {
  server = await listen(0, '127.0.0.1', PATIENCE);
  server.serve((request, response) => {
    request.resume().on('end', () => response.end('done'));
  });
  received = '';
  socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
  socket.on('data', (bytes) => {
    received += bytes;
  });
  await once(socket, 'connect');
});
afterEach(async () => {
  socket.destroy();
  await server.close();
});

const hungUp = () => once(socket, 'close');

describe('a client that', () => {
  it('does not finish the head of its request is hung up on', async () => {
    socket.write('POST /graphql HTTP/1.1\r\nHost: usher\r\nX-Slow: ');
    await hungUp();
    expect(received).toMatch(/^HTTP\/1.1 408/);
  });

  it('does not finish its body is hung up on', async () => {
    socket.write('POST /graphql HTTP/1.1\r\nHost: usher\r\nContent-Length: 100\r\n\r\n{');
    await hungUp();
    expect(received).toMatch(/^HTTP\/1.1 408/);
  });

  it('sends its body a byte at a time is hung up on all the same', async () => {
    socket.write('POST /graphql HTTP/1.1\r\nHost: usher\r\nContent-Length: 100000\r\n\r\n');
    const dripping = setInterval(() => socket.write('x'), 20);
    await hungUp();
    clearInterval(dripping);
    expect(received).toMatch(/^HTTP\/1.1 408/);
  });

  it('sends nothing after an answer is hung up on', async () => {
    socket.write('GET / HTTP/1.1\r\nHost: usher\r\n\r\n');
    await hungUp();
    expect(received).toMatch(/^HTTP\/1.1 200/);
  });

  it('never says anything is hung up on', async () => {
    await hungUp();
    expect(received).toMatch(/^(HTTP\/1.1 408|$)/);
  });
});
