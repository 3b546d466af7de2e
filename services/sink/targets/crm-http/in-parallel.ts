/** Works on all items, so many at once. After the first failure nothing more is begun; what was begun is waited for. */
export async function inParallel<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  let failed: { error: unknown } | null = null
  const worker = async () => {
    while (next < items.length && failed === null) {
      const item = items[next++]!
      try { await work(item) } catch (error) { failed ??= { error } }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  const it = failed as { error: unknown } | null
  if (it !== null) throw it.error
}
