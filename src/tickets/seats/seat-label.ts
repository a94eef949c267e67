/** How a seat is called on a ticket. */

interface Place {
  row: string;
  number: string;
}

const naturalOrder = new Intl.Collator('en', { numeric: true });

/** "A1" */
export function seatLabel({ row, number }: Place): string {
  return `${row}${number}`;
}

/** Orders A2 before A10. */
export function bySeatLabel(a: Place, b: Place): number {
  return compareLabels(seatLabel(a), seatLabel(b));
}

/** Orders "A2" before "A10". */
export function compareLabels(a: string, b: string): number {
  return naturalOrder.compare(a, b);
}

/** Orders a hall row by row, also where rows have numbers for names: Z before AA, row 2 before row 11. */
export function byRow(a: Place, b: Place): number {
  return (
    a.row.length - b.row.length ||
    naturalOrder.compare(a.row, b.row) ||
    naturalOrder.compare(a.number, b.number)
  );
}
