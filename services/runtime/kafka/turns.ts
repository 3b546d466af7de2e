/**
 * Lets the chunks of a program's units take turns on the event loop: one chunk a turn, units one after the other,
 * so that the snapshot of one unit with many partitions does not starve another with few. Nothing is held while a chunk waits for its broker.
 */
export class Turns {
  private readonly waiting = new Map<string, (() => void)[]>()
  private scheduled = false

  async take(unit: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.waiting.get(unit)
      if (queue === undefined) this.waiting.set(unit, [resolve])
      else queue.push(resolve)
      this.schedule()
    })
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      const next = this.waiting.entries().next()
      if (next.done) return
      const [unit, queue] = next.value
      const resolve = queue.shift()
      // To the end of the line, behind the other units.
      this.waiting.delete(unit)
      if (queue.length > 0) this.waiting.set(unit, queue)
      if (this.waiting.size > 0) this.schedule()
      resolve?.()
    })
  }
}
