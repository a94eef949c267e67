import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { Gateway } from './gateway.ts';

/** The same gateway, with its calls counted by what it answered. */
export function countCalls(gateway: Gateway, { gatewayCalls, gatewaySeconds }: Metrics): Gateway {
  async function count<Answer extends { kind: string }>(
    call: string,
    asked: Promise<Answer>,
  ): Promise<Answer> {
    const stop = gatewaySeconds.startTimer({ call });
    const answer = await asked;
    stop();
    gatewayCalls.inc({ call, outcome: answer.kind });
    return answer;
  }
  return {
    createRefund: (request) => count('demand', gateway.createRefund(request)),
    findRefund: (request) => count('lookUp', gateway.findRefund(request)),
  };
}
