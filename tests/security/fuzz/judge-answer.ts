import { USERS } from './fuzz-world.ts';

/** What an answer is made of, for the figures. */
export interface Judgement {
  /** What must not be, as sentences. */
  broken: string[];
  codes: string[];
  /** The types of what cancelTicket gave. */
  outcomes: string[];
}

/** Everything that a client is ever told was wrong; that the service broke or was away is not among it. */
const CODES = new Set([
  'UNAUTHENTICATED',
  'NOT_FOUND',
  'RATE_LIMITED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const OUTCOMES = new Set(['TicketCancelled', 'CancellationNotAllowed', 'InvalidStatus', 'QuoteChanged']);

/**
 * @param user whose token went with the request; null for none
 * @param sent the request as text: what it says itself may come back in an error's message, but never as data
 */
export function judgeAnswer(user: string | null, sent: string, status: number, text: string): Judgement {
  const broken: string[] = [];
  const codes: string[] = [];
  if (status >= 500) broken.push(`HTTP ${status}`);
  const answer = parse(text);
  if (answer === null) return { broken: [...broken, 'the answer is no JSON object'], codes, outcomes: [] };

  const { data, errors = [], ...others } = answer;
  if (Object.keys(others).length > 0) broken.push(`the answer has ${Object.keys(others)}`);
  if (data === undefined && !('errors' in answer)) broken.push('the answer has neither data nor errors');
  if (!Array.isArray(errors) || ('errors' in answer && errors.length === 0))
    broken.push('the errors are no list');
  for (const error of Array.isArray(errors) ? errors : []) {
    const code: unknown = error?.extensions?.code;
    codes.push(String(code));
    if (!CODES.has(String(code))) broken.push(`an error has the code ${code}`);
    if (typeof error?.message !== 'string') broken.push('an error has no message');
  }

  const strings = [...stringsOf(data)];
  const foreign = USERS.filter((other) => other !== user);
  const leaks = (other: string, value: string) => value.includes(`-${other}`);
  for (const other of foreign) {
    if (strings.some((value) => leaks(other, value) || leaks(other, decoded(value))))
      broken.push(`the data shows something of ${other}`);
    if (leaks(other, JSON.stringify(errors)) && !leaks(other, sent))
      broken.push(`the errors show something of ${other}`);
  }
  if (/node_modules|\.ts:\d|\/src\/|postgres:|select "/i.test(JSON.stringify(errors)))
    broken.push('the errors show the insides');
  return { broken, codes, outcomes: strings.filter((value) => OUTCOMES.has(value)) };
}

// biome-ignore lint/suspicious/noExplicitAny: an answer may have any shape; that is what is looked at.
function parse(text: string): Record<string, any> | null {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer : null;
  } catch {
    return null;
  }
}

function* stringsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const [key, below] of Object.entries(value)) {
      yield key;
      yield* stringsOf(below);
    }
}

/** Cursors carry ids. */
function decoded(value: string): string {
  return value.startsWith('Wz') ? Buffer.from(value, 'base64url').toString() : '';
}
