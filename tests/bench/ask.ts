import type { LoadRequest } from './load.ts';
import { OPERATIONS, type OperationName } from './operations.ts';

/** Sends one request. Throws if the response is an error. */
export async function ask(
  origin: string,
  operation: OperationName,
  { token, variables }: LoadRequest,
): Promise<unknown> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ operationName: operation, query: OPERATIONS[operation], variables }),
  });
  const text = await response.text();
  const answer = JSON.parse(text);
  if (response.status !== 200 || 'errors' in answer)
    throw new Error(`${origin} answers ${response.status}: ${text.slice(0, 500)}`);
  return answer.data;
}
