import { type Info, selectedFields } from './selected-fields.ts';

/** Fields of what a ticket has that need to be read as well, and only when they are asked for. */
const FIELDS_BELOW = [['show', 'seatMap']] as const;

/**
 * The names of the fields of a ticket that are asked for, and the paths of those below it that take reading: `show.seatMap`.
 *
 * @param path from the field that is resolved to the ticket
 */
export function selectedTicketFields(info: Info, ...path: string[]): Set<string> {
  const fields = new Set(selectedFields(info, ...path));
  for (const [field, below] of FIELDS_BELOW) {
    if (fields.has(field) && selectedFields(info, ...path, field).has(below)) fields.add(`${field}.${below}`);
  }
  return fields;
}
