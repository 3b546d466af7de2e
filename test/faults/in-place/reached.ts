// Kills or freezes the program itself at a named point: TEST_AT, at the first time after TEST_NTH units of work.
const { TEST_AT: at, TEST_NTH: nth = '10', TEST_SIGNAL: signal = 'SIGKILL' } = process.env
let begun = 0, done = false

export function begins(): void { begun++ }
export function reached(point: string): void {
  if (done || point !== at || begun < Number(nth)) return
  done = true
  process.kill(process.pid, signal as NodeJS.Signals)
}
