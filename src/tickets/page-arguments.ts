import { UsherError } from '../platform/errors/usher-error.ts';

export const DEFAULT_SIZE = 20;
export const LARGEST_SIZE = 100;

export interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

/** Which part of an ordered list is asked for. */
export interface Page {
  size: number;
  /** Backward: the last ones of the list or before a cursor; they still come in the list's order. */
  backward: boolean;
  after: string | null;
  before: string | null;
}

/**
 * Reads the arguments of a Relay connection.
 *
 * @throws UsherError BAD_USER_INPUT
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
