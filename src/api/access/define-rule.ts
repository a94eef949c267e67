import { rule } from 'graphql-shield';
import { toClientError } from '../../platform/errors/mask-error.ts';
import type { RequestContext } from '../../tickets/request-context.ts';

/**
 * A rule that never throws: shield would turn what it throws, a database that is away for instance, into a denial.
 * Never cached: shield's caches confuse the arguments of aliases. A field whose answer nobody waits for is not run: the
 * cancellations that follow one in the same operation, for instance, when the client has left.
 *
 * @param check gives true to let the field run, or the error to answer with
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
