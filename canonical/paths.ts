/** What an entry reads, as a list. */
export const pathsOf = (entry: { from: string | readonly string[] }): readonly string[] => (typeof entry.from === 'string' ? [entry.from] : entry.from)

/** The value at a dotted path; undefined where a step is missing. */
export const valueAt = (scope: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], scope)
