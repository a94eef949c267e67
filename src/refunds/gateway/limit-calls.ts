import { Semaphore } from 'async-mutex';
import type { Gateway } from './gateway.ts';

/** Wraps a gateway so that at most `most` calls are under way at any time; others wait for their turn. */
export function limitCalls(gateway: Gateway, most: number): Gateway {
  const places = new Semaphore(most);
  return {
    createRefund: (request) => places.runExclusive(() => gateway.createRefund(request)),
    findRefund: (request) => places.runExclusive(() => gateway.findRefund(request)),
    listRefunds: (since) => places.runExclusive(() => gateway.listRefunds(since)),
  };
}
