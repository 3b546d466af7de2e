import { micros, type Micros } from './micros.ts'

/** An ISO 8601 time without an offset, of which the source says that it is UTC. One with an offset is refused: then it says something else. */
export const microsUtc = (time: string): Micros => micros(`${time}Z`)
