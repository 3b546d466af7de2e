import { type Static, Type } from 'typebox'

/** What today's mapping makes of a source record, beside what lies in the canonical topics. */
export const verdicts = {
  'same': 'Today\'s mapping gives what was given.',
  'differs': 'It gives other content: these are published again by a remap.',
  'passed': 'It gives other content, but a later record of the same version has taken its place: that one is published if it differs too.',
  'another-state': 'It gives another entity or version, or more or fewer records: no revision can mend that, so they are not published.',
  'now-filtered': 'It would be filtered today: not published.',
  'now-refused': 'It would be refused today: not published.',
  'was-not-there': 'Nothing of it lies in the canonical topics: it was filtered or refused then, or is not kept any more. What was refused is redriven.',
} as const
export type Verdict = keyof typeof verdicts

const examples = Type.Record(Type.String(), Type.Array(Type.String()), { description: 'By verdict, a few source records as topic/partition/offset.' })
export const Compared = Type.Object({
  counts: Type.Record(Type.String(), Type.Integer(), { description: 'Source records by verdict.' }),
  fields: Type.Record(Type.String(), Type.Object({
    count: Type.Integer({ description: 'Canonical records in which it differs.' }),
    samples: Type.Array(Type.Object({ from: Type.String(), to: Type.String() }), { description: 'Values of public and internal fields, of others their shape.' }),
  }), { description: 'What differs in that which would be published, by model and field.' }),
  examples,
})
export type Compared = Static<typeof Compared>
