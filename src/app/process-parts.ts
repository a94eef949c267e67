/** What a process has started, to be stopped in the opposite order. */
export interface ProcessParts {
  add(stop: () => Promise<void>): void;
  stop(): Promise<void>;
}

export function createParts(): ProcessParts {
  const parts: (() => Promise<void>)[] = [];
  return {
    add: (stop) => parts.push(stop),
    stop: async () => {
      for (const stopPart of parts.splice(0).reverse()) await stopPart();
    },
  };
}
