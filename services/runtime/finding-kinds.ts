/** What a kind of difference means, what to do about it, and whether sending the entity again can mend it. */
export interface FindingKind { readonly says: string; readonly todo: string; readonly repairable: boolean }

const see = 'See npm run hub -- findings show <id>.'
/** Every difference that the reconciler can name. */
export const findingKinds = {
  'balance.source': { says: 'Of a block of a source, what became of the records does not add up to what was read.', todo: `${see} Audit the block: npm run hub -- audit. Tell who answers for the translator; it is a fault of the hub.`, repairable: false },
  'balance.target': { says: 'A target has not accounted for exactly the records that were emitted for it, and nothing is on its way any more.', todo: `${see} Audit the block and the target to learn which records. Where they were given up with a bootstrap, have the steward accept it: that opens the gate for exactly these.`, repairable: false },

  'topic.missing': { says: 'A source record should have given a canonical record, and there is none.', todo: `${see} Repair sends it.`, repairable: true },
  'topic.doubled': { says: 'A source record has given the same canonical record twice.', todo: `${see} Targets count the second as a duplicate; subscribers without a guard see it twice. Tell who answers for the translator.`, repairable: false },
  'topic.altered': { says: 'A canonical record says something else than its source record gives by the mapping that made it.', todo: `${see} Repair sends it again.`, repairable: true },
  'topic.reordered': { says: 'Records of one entity lie in another order in the canonical topic than in the source.', todo: `${see} Targets go by versions; subscribers that go by order have to be told.`, repairable: false },
  'topic.orphan': { says: 'A canonical record stands for a source record that gives none, or that is not there.', todo: `${see} Somebody else than the hub has written to the canonical topic: see who may.`, repairable: false },

  'target.missing': { says: 'The target lacks a row or record that it should hold.', todo: `${see} Repair sends the entity again.`, repairable: true },
  'target.differs': { says: 'The target holds other values than the canonical topic implies.', todo: `${see} Ask who has changed it; then repair, or accept.`, repairable: true },
  'target.stale': { says: 'The target holds an older state than it should.', todo: `${see} Repair sends the entity again.`, repairable: true },
  'target.surplus': { says: 'The target holds a row or record that nothing in the canonical topic stands for.', todo: `${see} Ask who has inserted it; remove it there, or accept it. The hub removes nothing that it has not written.`, repairable: false },
  'target.repeated': { says: 'Entities of the target have the same values where a rule says that no two have.', todo: `${see} Ask the steward which one is right; put it right at the source, or accept.`, repairable: false },
  'target.conflict': { says: 'Two sources have given different states of one entity under the same version.', todo: `${see} Ask the stewards which one holds.`, repairable: false },
} as const satisfies Readonly<Record<string, FindingKind>>
export type FindingKindName = keyof typeof findingKinds

/** How a finding stands. `gone`: the next look did not find it any more, without a repair. */
export const findingStatuses = ['open', 'acknowledged', 'repairing', 'repaired', 'accepted', 'gone'] as const
export type FindingStatus = (typeof findingStatuses)[number]
