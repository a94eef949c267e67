/** What was started is stopped again, the last first, also after Ctrl-C. */
const steps: (() => unknown)[] = [];

export function onCleanUp(step: () => unknown): void {
  steps.push(step);
}

/** May be called again meanwhile: nothing is stopped before what was started after it. */
export function cleanUp(): Promise<void> {
  cleaning ??= stopAll();
  return cleaning;
}

/** What fails from now on does so because something was stopped. */
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
