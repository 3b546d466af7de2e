/** What the hub does by itself, and what is left for a person. */
export interface ClassEntry { readonly says: string; readonly hub: string; readonly person: string; readonly examples: string }

/** Every error is of one of these. The first four are the classes of failure.ts and canonical's `Refused`. */
export const failureClasses = {
  transient: {
    says: 'It passes by itself.', examples: 'a timeout, a deadlock, a leader that moved, a lease that went to another process',
    hub: 'Drops what is in hand, waits a little longer each time, and does it again from the position. Nothing is rejected.',
    person: 'Nothing. When it stays for minutes, look at the system that the message names.',
  },
  environment: {
    says: 'The surroundings are wrong, not the records.', examples: 'the registry is down, credentials are refused, a table is missing, a target refuses many entities for one cause',
    hub: 'Pauses the unit with the reason, tells its owner, tries one chunk from time to time, and goes on by itself. It never rejects a record for it.',
    person: 'Put right what the message names. Nothing has to be started or sent again.',
  },
  data: {
    says: 'One record is refused: the same bytes would be refused again.', examples: 'no JSON, a value that nobody has agreed a meaning for, a broken rule, a value that the target does not take',
    hub: 'Keeps the record as it came, with the reason, in the same transaction as everything else. Its neighbours go on.',
    person: 'See the groups of causes, have the cause put right, then redrive; or discard, with a reason.',
  },
  stopped: {
    says: 'Going on could lose or double records, or there is a bug.', examples: 'a position that is gone, a topic that was made anew, an error that has no name',
    hub: 'Stops the partition where it is and tells its owner. Other partitions go on. It never jumps over anything.',
    person: 'Read the message: it names the range. Decide with the steward, put it right, then restart the program.',
  },
  person: {
    says: 'Held back on purpose.', examples: 'a pause that somebody ordered; a program that has not read yet what people have ordered',
    hub: 'Reads nothing until it is told to go on, over restarts too.',
    person: 'Resume it when the reason is gone.',
  },
  notice: {
    says: 'An answer of the console or the command; no record is touched by it.', examples: 'a wrong token, a misspelt command, an endpoint that does not answer',
    hub: 'Nothing.',
    person: 'Do what the answer says.',
  },
} as const satisfies Readonly<Record<string, ClassEntry>>

export type FailureClass = keyof typeof failureClasses
