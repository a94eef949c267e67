import type { OutgoingHttpHeaders } from 'node:http';
import { UsherError } from '../../platform/errors/usher-error.ts';

/** A request is rejected before it reaches GraphQL. */
export class HttpError extends Error {
  readonly status: number;
  /** The error to send to the client. */
  readonly answer: UsherError;
  readonly headers: OutgoingHttpHeaders;

  /** @param message safe to show */
  constructor(status: number, message: string, headers: OutgoingHttpHeaders = {}) {
    super(message);
    this.status = status;
    this.answer = new UsherError('BAD_USER_INPUT', { message });
    this.headers = headers;
  }
}
