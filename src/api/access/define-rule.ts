import { rule } from 'graphql-shield';
import { toClientError } from '../../platform/errors/mask-error.ts';
import type { RequestContext } from '../../tickets/request-context.ts';

/**
 * Defines a rule. It never throws, because graphql-shield reports any exception, such as an unavailable database, as a
 * denial. It is never cached, because shield's caches mix up the arguments of aliases. It stops an operation whose
 * client has disconnected, so that the remaining cancellations in it do not run.
 *
 * @param check returns true to allow the field, or the error to respond with
 */
export function defineRule<Arguments>(
  name: string,
  check: (args: Arguments, context: RequestContext) => Promise<true | Error> | true | Error,
) {
  return rule(name, { cache: 'no_cache' })(async (_parent, args: Arguments, context: RequestContext) => {
    try {
      context.throwIfAborted();
      return await check(args, context);
    } catch (error) {
      return toClientError(error, context.log.child({ traceId: context.traceId }));
    }
  });
}
