/** What an audit of the topics counts: source records, and the canonical records that they should have given. */
export const countNames = {
  read: 'source records compared',
  expected: 'canonical records expected',
  matched: 'found as they should be',
  earlier: 'given by an earlier mapping, so not compared',
  filtered: 'source records filtered',
  rejected: 'source records refused at first',
  gone: 'deleted since, so not compared',
  unjudged: 'source records that today\'s mapping refuses and the books do not',
  late: 'canonical records that came out of turn, looked at one by one',
} as const
export type Counts = Record<keyof typeof countNames, number>
export const noCounts = (): Counts => ({ read: 0, expected: 0, matched: 0, earlier: 0, filtered: 0, rejected: 0, gone: 0, unjudged: 0, late: 0 })
