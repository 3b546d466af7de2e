import type { Connection, PoolClient, Submittable } from 'pg'
import { CopyRows } from './copy-rows.ts'

/** One piece of memory for each connection: its statements come one after the other. */
const memory = new WeakMap<PoolClient, CopyRows>()

/** Writes rows into a table. `place` is the table with its columns, `fill` adds the rows. */
export async function copyInto(client: PoolClient, place: string, columns: number, fill: (rows: CopyRows) => void): Promise<void> {
  const rows = memory.get(client) ?? new CopyRows()
  memory.set(client, rows)
  fill(rows.begin(columns))
  if (rows.count === 0) return
  await new Promise<void>((done, failed) => { client.query(new Copy(`copy ${place} from stdin binary`, rows.done(), (error) => { if (error) failed(error); else done() })) })
}

/** The statement and its data in one go, without waiting to be asked for the data: a server that refuses the statement passes over what follows. */
class Copy implements Submittable {
  readonly #text: string
  readonly #data: Buffer
  #error: Error | null = null
  /** The pool's time limit puts itself in here. */
  callback: (error?: Error | null) => void
  constructor(text: string, data: Buffer, callback: (error?: Error | null) => void) {
    this.#text = text
    this.#data = data
    this.callback = callback
  }

  submit(connection: Connection): void {
    const { stream } = connection
    stream.cork()
    connection.query(this.#text)
    const head = Buffer.allocUnsafe(5)
    head.writeUInt8(0x64, 0)
    head.writeInt32BE(this.#data.length + 4, 1)
    stream.write(head)
    stream.write(this.#data)
    stream.write(copyDone)
    stream.uncork()
  }

  handleError(error: Error): void {
    if (this.#error === null) { this.#error = error; this.callback(error) }
  }
  handleReadyForQuery(): void { if (this.#error === null) this.callback(null) }
  handleCopyInResponse(): void {}
  handleCommandComplete(): void {}
}
const copyDone = Buffer.from([0x63, 0, 0, 0, 4])
