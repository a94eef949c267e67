import { createFindings, type Findings, say, secondsSoFar } from './findings.ts';
import type { CleanUp } from './stage.ts';

/** Runs a suite, cleans up in every case, prints the findings, and exits with 1 if there are problems. */
export async function runToVerdict(
  name: string,
  run: (findings: Findings, onCleanUp: CleanUp) => Promise<void>,
): Promise<never> {
  const findings = createFindings();
  const steps: (() => Promise<unknown>)[] = [];

  /** Stops everything in reverse order of its start. It may be called while the suite runs. */
  async function cleanUp(): Promise<void> {
    for (let step = steps.pop(); step; step = steps.pop())
      await step().catch((error: unknown) => findings.broken(`cleaning up: ${error}`));
  }

  // No error may end this process without the clean-up. Killed processes break their connections to the servers here.
  process.on('uncaughtException', (error) => {
    if (!('code' in error && error.code === 'ECONNRESET')) findings.broken(`uncaught: ${error.stack}`);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      say(`${signal}: stopping everything`);
      void cleanUp().finally(() => process.exit(130));
    });

  await run(findings, (step) => steps.push(step))
    .catch((error: unknown) =>
      findings.broken(`the run itself: ${error instanceof Error ? error.stack : error}`),
    )
    .finally(cleanUp);

  const broken = findings.allBroken();
  const verdict = broken.length === 0 ? 'Nothing is broken.' : `${broken.length} things are broken:`;
  process.stdout.write(
    `\nIn ${secondsSoFar()} seconds, ${name}:\n${findings.figures()}\n\n${[verdict, ...broken].join('\n  ')}\n`,
  );
  process.exit(broken.length === 0 ? 0 : 1);
}
