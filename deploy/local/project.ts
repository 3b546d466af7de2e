import { join } from 'node:path'

/** The project's folder. Everything here runs from the sources, never from dist/. */
export const project = join(import.meta.dirname, '..', '..')
