/** One line on stderr that says how far the sending is: rewritten on a terminal, else a new one each ten seconds. */
export function makeProgress(count: number) {
  const began = performance.now(), terminal = process.stderr.isTTY
  const every = terminal ? 200 : 10_000
  let shown = began, last = 0
  const line = (sent: number) => `${sent.toLocaleString('en-US')}${count === Infinity ? '' : ` of ${count.toLocaleString('en-US')}`} sent, ${Math.round(sent / (performance.now() - began) * 1000).toLocaleString('en-US')} a second`
  return {
    show(sent: number): void {
      last = sent
      if (performance.now() - shown < every) return
      shown = performance.now()
      process.stderr.write(terminal ? `\r${line(sent)}   ` : `${line(sent)}\n`)
    },
    end(): void { process.stderr.write(`${terminal ? '\r' : ''}${line(last)}   \n`) },
  }
}
