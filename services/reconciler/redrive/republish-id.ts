/** Under which the republishing of a source record is answered. */
export const republishId = (command: string, partition: number, offset: number): string => `${command}/${partition}/${offset}`

/** Null: nobody of the hub gave it. */
export function republishPlace(id: string): { readonly command: string; readonly partition: number; readonly offset: number } | null {
  const [, command, partition, offset] = /^(.+)\/(\d{1,9})\/(\d{1,15})$/s.exec(id) ?? []
  return command === undefined ? null : { command, partition: Number(partition), offset: Number(offset) }
}
