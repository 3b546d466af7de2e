import type { ModelName } from '../../../canonical/models.generated.ts'
import type { Origin } from '../../runtime/books.ts'
import type { Settings, Values } from '../../runtime/settings.ts'

/** The newest state of an entity that a target has, also of one that it has deleted. */
export interface HeldState {
  readonly entity: string; readonly version: number; readonly revision: number; readonly effectKey: string; readonly origin: Origin
  readonly deleted: boolean
}
/** Looks at what a target holds and changes nothing there. It shares no code with what writes the target, so that both have to be wrong for a mistake to stay hidden. */
export interface HeldReader {
  /** Those of these entities that the target has a state of. */
  held(model: ModelName, entities: readonly string[]): Promise<ReadonlyMap<string, HeldState>>
  close(): Promise<void>
}
export interface HeldProgram { readonly settings: Settings; open(values: Readonly<Record<string, unknown>>): HeldReader }
export const heldProgram = <S extends Settings>(program: { settings: S; open: (values: Values<S>) => HeldReader }): HeldProgram => program as HeldProgram
