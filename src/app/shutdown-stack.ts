/** Stops what a process has started, the latest first. Like AsyncDisposableStack, which Node 20 and 22 do not have. */
export interface ShutdownStack {
  defer(stop: () => Promise<void>): void;
  disposeAsync(): Promise<void>;
}

export function createShutdownStack(): ShutdownStack {
  const stops: (() => Promise<void>)[] = [];
  return {
    defer: (stop) => stops.push(stop),
    disposeAsync: async () => {
      for (const stop of stops.splice(0).reverse()) await stop();
    },
  };
}
