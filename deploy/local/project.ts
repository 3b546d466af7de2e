import { join, resolve } from 'node:path'

/** The project's folder. Everything here runs from the sources, never from dist/. */
export const project = join(import.meta.dirname, '..', '..')

/** What the local stack keeps: .hub/, or where HUB_DATA says. */
export const dataFolder = resolve(process.env['HUB_DATA'] ?? join(project, '.hub'))
