import { DEMO_USER } from './demo/users.ts';
import type { Usher } from './start-usher.ts';

const FIRST_QUERY =
  '{ myTickets(first: 3) { nodes { id status show { movie { name } startTime } seatNumbers totalAmount { amount } canCancel } } }';

/** What `npm start` prints when everything runs: where, as whom, and something to try. */
export function welcome({ origin, demoToken }: Pick<Usher, 'origin' | 'demoToken'>): string {
  const token = demoToken ?? 'TOKEN';
  return `
Usher is ready. Ctrl-C stops it.

  GraphQL   ${origin}/graphql
            (a browser gets GraphiQL there)
  User      ${DEMO_USER.name} (${DEMO_USER.id}); others: npm run -s token -- USER_ID
  Token     ${demoToken ?? 'from the issuer of your JWKS_URL'}

Try:

  curl -s ${origin}/graphql -H 'content-type: application/json' \\
    -H 'authorization: Bearer ${token}' \\
    -d '{"query":"${FIRST_QUERY}"}'
`;
}
