import { signToken } from '../../src/api/auth/sign-token.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR, MINUTE } from '../support/world.ts';

/** A server with three confirmed tickets of one user, of which some seats can be cancelled, for a client library to talk to. */
export interface ClientWorld {
  api: TestApi;
  url: string;
  token: string;
  /** Ids, the newest booking first. */
  tickets: [string, string, string];
  /** fetch, which records what is sent. */
  recorded: typeof fetch;
  /** The method of each request since the last call, and whether it carried the text of its operation. */
  sent(): string[];
}

/** The real one: tests replace the global. */
const send = fetch;

export async function startClientWorld(): Promise<ClientWorld> {
  const api = await startTestApi();
  await givenCatalogue(api.database.db);
  const now = Date.now();
  const tickets: [string, string, string] = ['TKT-3', 'TKT-2', 'TKT-1'];
  for (const [index, id] of tickets.entries())
    await givenTicket(api.database.db, {
      id,
      bookingTime: new Date(now - (10 + index) * MINUTE),
      showStart: new Date(now + 6 * HOUR),
      policyId: 'policy-flat-10-v2',
    });
  const requests: string[] = [];
  return {
    api,
    url: `${api.origin}/graphql`,
    token: await signToken('user-asha', SECRET, TOKEN_RULES),
    tickets,
    recorded: (input, init) => {
      const method = init?.method ?? 'GET';
      const hasText =
        method === 'GET' ? /[?&]query=/.test(String(input)) : /"query":/.test(String(init?.body));
      requests.push(`${method} ${hasText ? 'text' : 'hash'}`);
      return send(input, init);
    },
    sent: () => requests.splice(0),
  };
}
