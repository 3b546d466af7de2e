import { readFileSync } from 'node:fs'

export interface Cost { readonly cpuSeconds: number; readonly rssMb: number; readonly peakRssMb: number }
const ticksASecond = 100

/** What a process has used so far, as Linux counts it; null once it is gone. */
export function costOf(pid: number): Cost | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024
    return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksASecond, rssMb: megabytes('VmRSS'), peakRssMb: megabytes('VmHWM') }
  } catch { return null }
}
