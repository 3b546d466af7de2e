import type { CodeOf } from './codes.ts'

// The classes of failure, each with the codes that the table lists for it. `Refused` and `Rejected` (canonical) are the fourth: data, never retried. Anything else is a bug.

/** Passes by itself: a timeout, a deadlock, a leader that moved. Retried with backoff; nothing is rejected for it. */
export class Transient extends Error {
  override readonly name = 'Transient'
  readonly code: CodeOf<'transient'>
  constructor(code: CodeOf<'transient'>, message: string, options?: ErrorOptions) { super(message, options); this.code = code }
}

/** The surroundings are wrong: registry down, table missing, credentials refused. The unit pauses with the reason and probes. */
export class Environment extends Error {
  override readonly name = 'Environment'
  readonly code: CodeOf<'environment'>
  constructor(code: CodeOf<'environment'>, message: string, options?: ErrorOptions) { super(message, options); this.code = code }
}

/** Going on could lose or double records: the partition stops with an alert and waits for a person. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly code: CodeOf<'stopped'>
  constructor(code: CodeOf<'stopped'>, message: string, options?: ErrorOptions) { super(message, options); this.code = code }
}

/** Held back on purpose, until a person says otherwise. */
export class PausedByPerson extends Error {
  override readonly name = 'PausedByPerson'
  readonly code: CodeOf<'person'>
  constructor(code: CodeOf<'person'>, message: string) { super(message); this.code = code }
}
