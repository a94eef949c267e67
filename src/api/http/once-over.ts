import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What is to be told of the requests of a connection that are not over. */
const open = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back once, when a request is answered or its client has left. Of pipelined requests Node tells the latter only
 * to the one whose turn to answer it is; the others would never hear of it.
 */
export function onceOver({ socket }: IncomingMessage, response: ServerResponse, tell: () => void): void {
  const requests = open.get(socket) ?? watch(socket);
  const over = () => {
    if (requests.delete(over)) tell();
  };
  requests.add(over);
  response.once('close', over);
}

function watch(socket: Socket): Set<() => void> {
  const requests = new Set<() => void>();
  open.set(socket, requests);
  socket.once('close', () => {
    for (const over of requests) over();
  });
  return requests;
}
