export function runningPid(data: string): number | undefined
export function takeFolder(data: string): boolean
export function leaveFolder(data: string): void
