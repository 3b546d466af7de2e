export function runningPid(project: string): number | undefined
export function takeFolder(project: string): boolean
export function leaveFolder(project: string): void
