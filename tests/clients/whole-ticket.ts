import { readFile } from 'node:fs/promises';
import { buildSchema, type GraphQLOutputType, getNamedType, isCompositeType, isObjectType } from 'graphql';

/**
 * A query of one ticket that selects everything: what cancelling changes by the page's fragment, and each other field of
 * the ticket whole.
 *
 * @param fragment `fragment ChangedByCancelling on Ticket { ... }`
 */
export async function wholeTicketQuery(fragment: string): Promise<string> {
  const schema = buildSchema(await readFile('schema.graphql', 'utf8'));
  const ticket = schema.getType('Ticket');
  if (!isObjectType(ticket)) throw new Error('Ticket is an object');
  const changed = new Set([...fragment.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name));
  const others = Object.values(ticket.getFields()).filter(({ name }) => !changed.has(name));
  const fields = others.map(({ name, type }) => `${name}${selectionOf(type)}`).join(' ');
  return `query Whole($id: ID!) { ticket(id: $id) { ...ChangedByCancelling ${fields} } }\n${fragment}`;
}

function selectionOf(type: GraphQLOutputType): string {
  const named = getNamedType(type);
  if (!isCompositeType(named) || !isObjectType(named)) return '';
  const fields = Object.values(named.getFields()).map(({ name, type }) => `${name}${selectionOf(type)}`);
  return ` { ${fields.join(' ')} }`;
}

/** An answer without the moment at which its calendar file was written. */
export function withoutMoment(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll(/(DTSTAMP|SEQUENCE):\d[\dTZ]*/g, '$1:'));
}
