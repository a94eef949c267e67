import type { ComplexityEstimatorArgs } from 'graphql-query-complexity/cjs';
import { DEFAULT_SIZE, LARGEST_SIZE, type PageArguments } from './page-arguments.ts';

/** Finding the tickets takes a statement, of about a millisecond. */
const STATEMENT = 200;

/** What a page holds besides tickets (totalCount, say) is multiplied too, and costs no less when the page is short. */
const SMALLEST_PAGE = 10;

/** What a page of tickets costs, from what each ticket costs. A size that is refused later counts as one that is not. */
export function pageCost({ args, childComplexity }: ComplexityEstimatorArgs): number {
  const { first, last }: PageArguments = args;
  const size = first ?? last ?? DEFAULT_SIZE;
  return STATEMENT + Math.min(Math.max(size, SMALLEST_PAGE), LARGEST_SIZE) * childComplexity;
}
