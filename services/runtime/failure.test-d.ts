import { Environment, Stopped, Transient } from './failure.ts'

// What must not compile.

// @ts-expect-error a code that the table does not list
export const unlisted = new Environment('moon.full', 'x')
// @ts-expect-error a code of another class: an outage is no reason to stop
export const otherClass = new Stopped('registry.unreachable', 'x')
// @ts-expect-error a reason to refuse a record is no failure of the surroundings
export const data = new Transient('target.refused', 'x')
