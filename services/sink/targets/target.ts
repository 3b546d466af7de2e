import type { Problem } from '../../../canonical/compile.ts'
import type { Meta, ModelName } from '../../../canonical/models.generated.ts'
import type { TargetRuleSet } from '../../../canonical/rules.ts'
import type { Skimmed } from '../../../canonical/skim.ts'
import type { Origin, Totals } from '../../runtime/books.ts'
import type { TopicIds } from '../../runtime/known-as.ts'
import type { Settings, Values } from '../../runtime/settings.ts'
import type { Moved } from '../../runtime/topic-moved.ts'
import type { OpenRejections } from './open-rejections.ts'

/** A canonical record as a target gets it. Content null: the entity was deleted. */
export interface Delivery {
  readonly model: ModelName
  readonly meta: Pick<Meta, 'effectKey' | 'source' | 'entity' | 'version' | 'revision' | 'occurredAt' | 'origin'>
  readonly content: object | null
  /** Where the fields lie in the record's own bytes, for targets that need not make values of them: see `skimOf(model)`. */
  readonly skimmed?: Skimmed
  /** From 2 on: it was refused before, and is tried again. */
  readonly attempt?: number
}

export type Verdict =
  | { readonly outcome: 'applied' | 'superseded' | 'stale' | 'duplicate' | 'parked'; readonly reason: string | null }
  | Refusal
export interface Refusal {
  readonly outcome: 'rejected'; readonly code: string; readonly says: string; readonly problems: readonly Problem[]
  /** Whatever its owner changes, the target would not take it: however many they are, nothing is wrong there. */
  readonly ofTheValues?: boolean
}

/** What the target publishes for the sink: committed with the effect, deleted once Kafka has it. */
export interface Letter { readonly topic: string; readonly partition: number | null; readonly key: Buffer; readonly value: Buffer; readonly headers?: Readonly<Record<string, string>> }
export interface StoredLetter extends Letter { readonly id: string }

/** One partition of one canonical topic. */
export interface Input extends TopicIds {
  readonly topic: string; readonly partition: number
  /** Whether a person has said that it is the topic that the target knows under another id, and goes on there. */
  readonly adopted?: (it: Moved) => boolean
}
/** The right to write that partition's records into the target: whoever takes it later has a higher fence. */
export interface Hold extends Input { readonly fence: string }

/** What the books have counted of a record: taken back when it becomes something else. */
export interface Counted { readonly origin: Origin; readonly hash: bigint; readonly totals: Totals }
/** A record that was refused, or waits behind one that was. Its bytes lie in the rejected topic. */
export interface OpenRejection {
  readonly offset: number
  /** The attempt that was refused. */
  readonly attempt: number
  readonly code: string
  readonly entity: string | null; readonly version: number | null; readonly revision: number | null
  readonly counted: Counted
}
/** What is written in the transaction of the effect. */
export interface Account {
  readonly letters: readonly Letter[]
  /** The partition whose rejections these are. */
  readonly of: Input
  /** Open from now on, or with another attempt. */
  readonly opened: readonly OpenRejection[]
  /** Offsets of those that are open no more. */
  readonly closed: readonly number[]
}

export interface Target {
  /** It makes its rows of the records' bytes (`skimmed`). Then `content` is only a view, read field by field and neither copied nor serialized. */
  readonly readsBytes?: boolean
  /** How many chunks it takes at once. */
  readonly atOnce?: number
  /** Checks what it needs, makes its own tables where they are absent. */
  open(): Promise<void>
  /** Fences whoever had the input before and says where to go on: at `first` where the target has never seen the input. */
  take(input: Input, first: number): Promise<{ hold: Hold; position: number }>
  /**
   * The effect of all deliveries, what became of them and the position, once. `deliveries` are in the order of the topic and of one model.
   * Throws when the hold was lost or the outcome is unknown: then take() tells the position.
   */
  apply(hold: Hold, interval: { from: number; next: number }, deliveries: readonly Delivery[], account: (verdicts: readonly Verdict[]) => Account): Promise<void>
  /**
   * What becomes of states of one model that are compared and not written: `stale` or `duplicate` where what is held is newer or the same; null: they would be written.
   * Only who has the hold of their partition may ask, for nobody else changes these entities.
   */
  outdated(states: readonly Delivery[]): Promise<readonly (Verdict | null)[]>
  /** Which records it still owes an effect. */
  readonly openRejections: OpenRejections
  /** The oldest letters of these inputs, in the order they were written. */
  letters(inputs: readonly Input[], most: number): Promise<readonly StoredLetter[]>
  sent(letters: readonly StoredLetter[]): Promise<void>
  close(): Promise<void>
}

/** A target's program: the settings it reads and what is made of them. `mapping` is what its fingerprint is taken of. */
export interface TargetProgram {
  readonly settings: Settings
  readonly mapping: unknown
  /** It keeps rules of uniqueness by constraints of its own. */
  readonly keepsUnique?: true
  make(values: Readonly<Record<string, unknown>>, rules: readonly TargetRuleSet[]): Target
}
export const targetProgram = <S extends Settings>(program: { settings: S; mapping: unknown; keepsUnique?: true; make: (values: Values<S>, rules: readonly TargetRuleSet[]) => Target }): TargetProgram => program as TargetProgram
