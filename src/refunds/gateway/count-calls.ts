import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { Gateway } from './gateway.ts';

/** Wraps a gateway to count its calls by outcome and to measure how long they take. */
export function countCalls(gateway: Gateway, { gatewayCalls, gatewaySeconds }: Metrics): Gateway {
  async function count<Answer extends { kind: string }>(
    call: string,
    pending: Promise<Answer>,
  ): Promise<Answer> {
    const stop = gatewaySeconds.startTimer({ call });
    const answer = await pending;
    stop();
    gatewayCalls.inc({ call, outcome: answer.kind });
    return answer;
  }
  return {
    createRefund: (request) => count('demand', gateway.createRefund(request)),
    listRefunds: (since) => count('list', gateway.listRefunds(since)),
    findRefund: (request) => count('lookUp', gateway.findRefund(request)),
  };
}
