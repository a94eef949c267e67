/** Stops everything that was started, in reverse order, also after Ctrl-C. */
const steps: (() => unknown)[] = [];

export function onCleanUp(step: () => unknown): void {
  steps.push(step);
}

/** It may be called again while it runs. The reverse order is kept. */
export function cleanUp(): Promise<void> {
  cleaning ??= stopAll();
  return cleaning;
}

/** Whether the clean-up has begun. Later failures are its consequences. */
export function isCleaningUp(): boolean {
  return cleaning !== null;
}

let cleaning: Promise<void> | null = null;

async function stopAll(): Promise<void> {
  for (let step = steps.pop(); step; step = steps.pop())
    await Promise.resolve(step()).catch((error: unknown) => process.stderr.write(`cleaning up: ${error}\n`));
}

export function cleanUpOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      process.stderr.write(`${signal}: stopping everything\n`);
      void cleanUp().finally(() => process.exit(130));
    });
}
