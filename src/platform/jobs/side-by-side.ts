/**
 * Works on items side by side, `atOnce` at any time. Begins no further item once the signal is aborted.
 *
 * @param work must not reject: the other items would go on unnoticed
 */
export async function sideBySide<Item>(
  items: readonly Item[],
  { atOnce, signal }: { atOnce: number; signal?: AbortSignal | undefined },
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  async function workOnSome(): Promise<void> {
    for (const item of left) {
      if (signal?.aborted) return;
      await work(item);
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, workOnSome));
}
