/** What one part of the security run has to say. */
export interface PartReport {
  title: string;
  /** Figures, to read: on a busy machine they are worse than they should be. */
  lines: string[];
  /** What must not be, on any machine. */
  broken: string[];
}

/** Rows as text under their heads, the first column to the left, the others to the right. */
export function toTable(heads: string[], rows: (string | number)[][]): string {
  const cells = [heads, ...rows].map((row) => row.map(String));
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return cells.map((row) => `  ${row.map(align).join('  ')}`).join('\n');
}
