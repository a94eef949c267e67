import type { ExampleTicket } from '../api/graphiql/find-example-ticket.ts';
import { DEMO_USER } from '../dev/demo/users.ts';

/** The latest shows first: their tickets can be cancelled. */
const LIST =
  '{ myTickets(first: 3, orderBy: { field: SHOW_TIME, direction: DESC }) { nodes { id status show { movie { name } startTime } seatNumbers totalAmount { amount } canCancel } } }';

function cancellation({ id, refund }: ExampleTicket): string {
  return `mutation { cancelTicket(id: "${id}", expectedRefund: "${refund}") { message ticketId status refund { refundAmount { amount } cancellationFee { amount } refundStatus refundEta } } }`;
}

/** What is worth knowing when everything runs outside production. */
export interface Surroundings {
  /** http://host:port; null for a worker. */
  origin: string | null;
  demoToken: string | null;
  /** Whether the web client is served. */
  hasWebClient: boolean;
  /** Where mails and SMS are written; null where they are sent. */
  messagesFolder: string | null;
  /** A ticket of the demo user that can be cancelled now; null where there is none. */
  example: ExampleTicket | null;
}

/** What `npm start` prints when everything runs: where, as whom, and something to try. */
export function welcome({ origin, demoToken, hasWebClient, messagesFolder, example }: Surroundings): string {
  const messages = messagesFolder ? `  Messages  ${messagesFolder}/ (mails as .eml, SMS as .txt)\n` : '';
  const client = hasWebClient
    ? `  Web       ${origin}/\n            (My bookings, a client to copy from)\n`
    : '';
  if (origin === null) return `\nUsher's worker is ready. Ctrl-C stops it.\n\n${messages}`;
  const curl = (query: string) => `  curl -s ${origin}/graphql -H 'content-type: application/json' \\
    -H 'authorization: Bearer ${demoToken ?? 'TOKEN'}' \\
    -d '${JSON.stringify({ query })}'
`;
  const cancel =
    demoToken && example
      ? `
Cancel ${example.id} (${example.refund} rupees come back):

${curl(cancellation(example))}`
      : '';
  return `
Usher is ready. Ctrl-C stops it.

${client}  GraphQL   ${origin}/graphql
            (a browser gets GraphiQL there)
  User      ${DEMO_USER.name} (${DEMO_USER.id}); others: npm run -s token -- USER_ID
  Token     ${demoToken ?? 'from the issuer of your JWKS_URL'}
${messages}
List tickets:

${curl(LIST)}${cancel}`;
}
