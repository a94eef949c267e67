import type { ExampleTicket } from '../api/graphiql/find-example-ticket.ts';
import { DEMO_USER } from './demo/users.ts';

/** Sorted by show time, latest first, since those tickets can be cancelled. */
const LIST =
  '{ myTickets(first: 3, orderBy: { field: SHOW_TIME, direction: DESC }) { nodes { id status show { movie { name } startTime } seatNumbers totalAmount { amount } canCancel } } }';

function cancellation({ id, refund }: ExampleTicket): string {
  return `mutation { cancelTicket(id: "${id}", expectedRefund: "${refund}") { message ticketId status refund { refundAmount { amount } cancellationFee { amount } refundStatus refundEta } } }`;
}

export interface WelcomeFacts {
  /** http://host:port. Null for a worker. */
  origin: string | null;
  demoToken: string | null;
  /** Whether the web client is served. */
  hasWebClient: boolean;
  /** The folder that mails and SMS are written to. Null if they are sent. */
  messagesFolder: string | null;
  /** A ticket of the demo user that can be cancelled now. Null if there is none. */
  example: ExampleTicket | null;
}

/** The text that `npm start` prints when Usher is ready: addresses, a token and commands to try. */
export function welcome({ origin, demoToken, hasWebClient, messagesFolder, example }: WelcomeFacts): string {
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
