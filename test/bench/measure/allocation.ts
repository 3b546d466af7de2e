import { readFileSync } from 'node:fs'

/** V8 writes a line for each collection: what was on the heap before it and after. */
export const traceAllocation = ['--trace-gc']

/** Bytes that a program put on the heap, by what each collection found that the one before had not left. Buffers lie outside of it. */
export function allocated(log: string): number {
  let left = 0, sum = 0
  for (const [, before, after] of readFileSync(log, 'utf8').matchAll(/^\[\d+:0x[0-9a-f]+\].*?: (?:Scavenge|Mark-Compact)[^\d]*([\d.]+) \([\d.]+\) -> ([\d.]+) \(/gm)) {
    sum += Math.max(Number(before) - left, 0)
    left = Number(after)
  }
  return sum * 1024 * 1024
}
