/** The counts of a run, and the problems that it found. */
export interface Findings {
  count(name: string, by?: number): void;
  broken(sentence: string): void;
  /** Names in the order of their first count, grouped by prefix. */
  figures(): string;
  allBroken(): string[];
}

export function createFindings(): Findings {
  const counts = new Map<string, number>();
  const broken: string[] = [];
  return {
    count: (name, by = 1) => counts.set(name, (counts.get(name) ?? 0) + by),
    broken: (sentence) => {
      broken.push(sentence);
      say(`BROKEN ${sentence}`);
    },
    figures: () => {
      const kind = (name: string) => name.split(':', 1)[0];
      const kinds = [...new Set([...counts.keys()].map(kind))];
      const rows = kinds.flatMap((one) => [...counts].filter(([name]) => kind(name) === one));
      const width = Math.max(...rows.map(([name]) => name.length));
      return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
    },
    allBroken: () => broken,
  };
}

const startedAt = Date.now();

export function secondsSoFar(): number {
  return Math.round((Date.now() - startedAt) / 1_000);
}

export function say(line: string): void {
  process.stdout.write(`${String(secondsSoFar()).padStart(4)} s  ${line}\n`);
}
