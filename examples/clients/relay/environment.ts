import { Environment, type GraphQLResponseWithData, Network, RecordSource, Store } from 'relay-runtime';

type Answer = GraphQLResponseWithData & { errors?: AnsweredError[] };

interface AnsweredError {
  message: string;
  extensions: { code: string };
}

/** An operation that failed, with the code to act on: NOT_FOUND, RATE_LIMITED and so on. */
export class OperationFailed extends Error {
  readonly code: string;

  constructor({ message, extensions }: AnsweredError) {
    super(message);
    this.code = extensions.code;
  }
}

/** Relay's store and its way to the server, such as http://127.0.0.1:4000/graphql. */
export function createEnvironment(url: string, token: string): Environment {
  const network = Network.create(async ({ text: query }, variables) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as Answer;
    const [error] = answer.errors ?? [];
    // Relay itself would take the null for the answer and drop the code.
    if (error) throw new OperationFailed(error);
    return answer;
  });
  return new Environment({ network, store: new Store(new RecordSource()) });
}
