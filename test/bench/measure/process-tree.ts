import { readFileSync } from 'node:fs'

const ticksASecond = 100

/** What processes and their children have used so far, those that ended included. Linux only. */
export interface TreeCost { readonly cpuSeconds: number; readonly rssMb: number; readonly peakRssMb: number }

export function treeCost(roots: readonly number[]): TreeCost {
  const sum = { cpuSeconds: 0, rssMb: 0, peakRssMb: 0 }
  const walk = (pid: number): void => {
    const fields = statOf(pid)
    if (fields === null) return
    // Own user and system time, and that of children that were waited for.
    sum.cpuSeconds += (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) / ticksASecond
    const status = read(`/proc/${pid}/status`)
    sum.rssMb += megabytes(status, 'VmRSS')
    sum.peakRssMb += megabytes(status, 'VmHWM')
    childrenOf(pid).forEach(walk)
  }
  roots.forEach(walk)
  return sum
}

/** CPU seconds of the whole machine since it started. */
export function machineCpuSeconds(): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = read('/proc/stat').split('\n', 1)[0]!.trim().split(/\s+/).map(Number)
  return (user + nice + system + irq + softirq) / ticksASecond
}

const childrenOf = (pid: number) => read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter((it) => it !== '').map(Number)

/** The fields after the process's name: state, parent, … */
function statOf(pid: number): string[] | null {
  const stat = read(`/proc/${pid}/stat`)
  return stat === '' ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
const megabytes = (status: string, name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024
function read(file: string): string { try { return readFileSync(file, 'utf8') } catch { return '' } }
