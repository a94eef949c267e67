/** Labels of seats, such as "A1", and their order: one for tickets, messages and seat maps. */

export interface Place {
  row: string;
  number: string;
}

const naturalOrder = new Intl.Collator('en', { numeric: true });

/** Returns a label such as "A1". */
export function seatLabel({ row, number }: Place): string {
  return `${row}${number}`;
}

/** Returns the labels of seats, in the order of the hall. */
export function seatLabels(seats: readonly Place[]): string[] {
  return seats.toSorted(bySeat).map(seatLabel);
}

/** Sorts seats as a hall has them: row Z before AA, row 2 before row 11, then A2 before A10. */
export function bySeat(a: Place, b: Place): number {
  if (a.row === b.row) return naturalOrder.compare(a.number, b.number);
  return a.row.length - b.row.length || naturalOrder.compare(a.row, b.row);
}
