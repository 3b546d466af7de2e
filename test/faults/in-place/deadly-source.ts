// In the place of the product's sources: a payload that takes the process with it, as a native crash or a heap that is full would.
import { type Source, source as real, type Translation } from '../../../canonical/source.ts'
export * from '../../../canonical/source.ts'

export function source(definition: Source): Translation {
  const made = real(definition)
  return {
    ...made,
    translate(payload) {
      if (JSON.stringify(payload).includes('"deadly"')) process.kill(process.pid, 'SIGKILL')
      return made.translate(payload)
    },
  }
}
