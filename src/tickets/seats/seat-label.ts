/** Labels of seats, such as "A1", and their order. */

interface Place {
  row: string;
  number: string;
}

const naturalOrder = new Intl.Collator('en', { numeric: true });

/** Returns a label such as "A1". */
export function seatLabel({ row, number }: Place): string {
  return `${row}${number}`;
}

/** Sorts A2 before A10. */
export function bySeatLabel(a: Place, b: Place): number {
  return compareLabels(seatLabel(a), seatLabel(b));
}

/** Sorts "A2" before "A10". */
export function compareLabels(a: string, b: string): number {
  return naturalOrder.compare(a, b);
}

/** Sorts the seats of a hall row by row: Z before AA, and row 2 before row 11. */
export function byRow(a: Place, b: Place): number {
  return (
    a.row.length - b.row.length ||
    naturalOrder.compare(a.row, b.row) ||
    naturalOrder.compare(a.number, b.number)
  );
}
