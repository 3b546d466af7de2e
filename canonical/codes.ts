import type { Problem } from './rejected.ts'

/** What a code means, and what to do about the records that were refused by it: one plain sentence each. */
export interface DataCode { readonly says: string; readonly todo: string }

const atSource = 'Have the source send what was agreed, or agree what this means and change the mapping; then redrive.'
const atTable = 'Agree what the value means, add it to the mapping, then redrive.'
export const ruleTodo = 'Read the rule on the page of its source or target: have the data put right where they come from, or agree another rule; then redrive.'
const brokenRule: DataCode = { says: 'A rule of the model, the source or the target does not hold.', todo: ruleTodo }
const foreign = 'See who else writes to this topic: only the hub may.'

/** Every reason to refuse a record. None of them is retried: the same bytes would be refused again. */
export const dataCodes = {
  'payload.not-json': { says: 'The bytes are no JSON.', todo: atSource },
  'payload.not-utf8': { says: 'The bytes are no UTF-8 text.', todo: atSource },
  'payload.duplicate-key': { says: 'An object has the same key twice, and nothing says which one counts.', todo: atSource },
  'payload.too-deep': { says: 'The payload is nested deeper than any record of this kind.', todo: atSource },
  'payload.breaks-contract': { says: 'The payload is not what the source\'s contract promises.', todo: 'Compare the named field with the contract: the source has changed, or the contract is too strict. Then redrive.' },
  'payload.unknown-kind': { says: 'The source sends a kind of payload that nobody has named.', todo: 'Add the kind to the source, with a mapping or with a reason to filter it; then redrive.' },
  'payload.truncate': { says: 'A table was emptied at the source, and no record can tell which rows it held.', todo: 'Compare the target with the table, or take a new snapshot; then discard the rejection.' },

  'value.missing': { says: 'A value that the model needs is not there.', todo: atSource },
  'value.half-missing': { says: 'Of values that belong together only some are there.', todo: atSource },
  'value.not-sent': { says: 'The source left the value out because it did not change.', todo: 'Make the source send whole rows (REPLICA IDENTITY FULL), then redrive or take a new snapshot.' },
  'value.not-text': { says: 'The text holds half of a character pair, which no target could store.', todo: atSource },
  'value.not-id': { says: 'The value is no identifier: neither a whole number nor a text without spaces.', todo: atSource },
  'value.not-entity': { says: 'The entity is not an id space, a colon and an id, or it is too long for an index.', todo: 'Put the mapping\'s entity right, then redrive.' },
  'value.not-one-of': { says: 'Nobody has agreed what this code means.', todo: atTable },
  'value.not-found': { says: 'The cross-reference table does not hold this key.', todo: 'Add the key to the table, then redrive.' },
  'value.not-decimal': { says: 'The value is no decimal number, or it has more digits than decimal(38,9) holds.', todo: atSource },
  'value.too-fine': { says: 'The exact result needs more than nine decimals, and nothing is rounded.', todo: atSource },
  'value.negative': { says: 'The amount is negative where only the direction may say so.', todo: atSource },
  'value.not-whole': { says: 'The amount is smaller than the smallest unit of its currency.', todo: atSource },
  'value.not-currency': { says: 'The value is no ISO 4217 currency code.', todo: atSource },
  'value.not-country': { says: 'The value is no ISO 3166-1 country code of two letters.', todo: atSource },
  'value.not-time': { says: 'The value is no ISO 8601 time with an offset.', todo: atSource },
  'value.time-too-fine': { says: 'The time is finer than a microsecond, and nothing is cut off.', todo: atSource },
  'value.time-out-of-range': { says: 'The time is too far away to be held exactly.', todo: atSource },
  'value.not-position': { says: 'The position in the source\'s log cannot be ordered as a number.', todo: 'See which log position the source sends, and put the version\'s mapping right; then redrive.' },
  'value.version-not-exact': { says: 'The version is too large for a number to hold exactly, so that two states could look equal.', todo: 'Choose a version that stays below 2^53, then redrive.' },
  'value.not-of-model': { says: 'The mapping made a value that the model does not take.', todo: 'Put the mapping right, then redrive.' },

  'mapping.threw': { says: 'The mapping has a bug: it failed on this record instead of refusing it.', todo: 'Put right what stands at the named place, add the record as a sample, then redrive.' },

  'stage.killed_process': { says: 'The program ended each time that it tried this record, so the record was set aside for its neighbours to go on.', todo: 'Look at the program\'s last log lines and its memory at that time; put the program right, then redrive.' },

  'record.too-large': { says: 'What the record becomes is larger than its topic takes, even when it is compressed.', todo: 'See whether the source sends what belongs elsewhere, such as files; else raise max.message.bytes of the topic and the hub\'s bound for it, then redrive.' },
  'record.not-framed': { says: 'The bytes do not begin with a schema id.', todo: foreign },
  'record.unknown-schema': { says: 'The registry does not know the schema that the record names.', todo: 'See that this hub and whoever wrote the record use the same registry.' },
  'record.incompatible-schema': { says: 'The record\'s schema cannot be read as the model that this program knows.', todo: 'Update this program, or find who writes with a schema of his own.' },
  'record.unreadable': { says: 'The bytes are not what their schema says.', todo: foreign },
  'record.number-too-large': { says: 'A whole number in the record is too large to be held exactly.', todo: foreign },
  'record.not-a-key': { says: 'The text is no effect key.', todo: foreign },
  'delete.no-key': { says: 'A delete has no entity as its key.', todo: foreign },
  'delete.no-header': { says: 'A delete lacks a header that the hub always writes.', todo: foreign },
  'delete.bad-header': { says: 'A header of a delete is not as the hub writes it.', todo: foreign },
} as const satisfies Readonly<Record<string, DataCode>>

export type DataCodeName = keyof typeof dataCodes

/** What a reason to refuse says: of a rule, the rule's own sentence. */
export const saysOf = ({ code, expected }: Problem): string => (code.startsWith('rule.') ? expected : dataCode(code).says)

/** The code's entry; one that is not listed says so. A rule's code is `rule.<its name>`. Codes of a target's own, such as an API's, are listed by the target. */
export const dataCode = (code: string): DataCode =>
  code.startsWith('rule.') ? brokenRule : Object.hasOwn(dataCodes, code) ? dataCodes[code as keyof typeof dataCodes] : { says: `No meaning is listed for ${code}.`, todo: 'Ask the owner of the unit.' }
