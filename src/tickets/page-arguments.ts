import type { ComplexityEstimatorArgs } from 'graphql-query-complexity/cjs';
import { UsherError } from '../platform/errors/usher-error.ts';

const DEFAULT_SIZE = 20;
const LARGEST_SIZE = 100;

interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

/** The requested part of an ordered list. */
export interface Page {
  size: number;
  /** Whether the page is counted from the end of the list or from `before`. Its order stays that of the list. */
  backward: boolean;
  after: string | null;
  before: string | null;
}

/**
 * Checks the arguments of a Relay connection. The default size is 20.
 *
 * @throws UsherError BAD_USER_INPUT for `first` with `last`, or a size outside 1 to 100
 */
export function readPage({ first, after, last, before }: PageArguments): Page {
  if (first != null && last != null) {
    throw new UsherError('BAD_USER_INPUT', { message: 'Give first or last, not both.' });
  }
  const size = first ?? last ?? DEFAULT_SIZE;
  if (size < 1 || size > LARGEST_SIZE) {
    const name = last == null ? 'first' : 'last';
    throw new UsherError('BAD_USER_INPUT', { message: `${name} must be from 1 to ${LARGEST_SIZE}.` });
  }
  return { size, backward: last != null, after: after ?? null, before: before ?? null };
}

/** The cost of the query that finds the page's tickets. It takes about a millisecond. */
const QUERY_COST = 200;

/**
 * Fields of the connection itself, such as totalCount, are multiplied by the page size too. A short page counts as this
 * many tickets, because those fields cost no less on it.
 */
const SMALLEST_PAGE = 10;

/** Returns the cost of a page from the cost of one ticket. Sizes that `readPage` rejects are clamped. */
export function pageCost({ args, childComplexity }: ComplexityEstimatorArgs): number {
  const { first, last }: PageArguments = args;
  const size = first ?? last ?? DEFAULT_SIZE;
  return QUERY_COST + Math.min(Math.max(size, SMALLEST_PAGE), LARGEST_SIZE) * childComplexity;
}
