import { Environment, type GraphQLResponse, Network, RecordSource, Store } from 'relay-runtime';

/** Relay's store and its way to the server, such as http://127.0.0.1:4000/graphql. */
export function createEnvironment(url: string, token: string): Environment {
  const network = Network.create(async ({ text: query }, variables) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLResponse;
  });
  return new Environment({ network, store: new Store(new RecordSource()) });
}
