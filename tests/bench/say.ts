const start = performance.now();

/** A progress line with the seconds since the start. It goes to stderr, so that stdout has the tables only. */
export function say(line: string): void {
  process.stderr.write(`${((performance.now() - start) / 1_000).toFixed(0).padStart(5)} s  ${line}\n`);
}
