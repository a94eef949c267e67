import type { RequestContext } from '../../tickets/request-context.ts';
import type { MediaType } from '../http/media-type.ts';
import type { RequestReport } from './request-report.ts';

/** The context of our Apollo plugins: that of the resolvers, plus the report and media type. */
export interface OperationContext extends RequestContext {
  report: RequestReport;
  mediaType: MediaType;
}
