import type { RequestContext } from '../../tickets/request-context.ts';
import type { MediaType } from './negotiate.ts';
import type { RequestReport } from './request-report.ts';

/** What the server's own plugins know of a request, beside what resolvers are given. */
export interface OperationContext extends RequestContext {
  report: RequestReport;
  mediaType: MediaType;
}
