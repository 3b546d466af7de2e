/** What a target's mapping says to a reader: which place of the target holds which canonical field. */
export interface Sheet {
  readonly model: string
  readonly table: string
  readonly says: string
  readonly columns: Readonly<Record<string, { readonly says: string; readonly from: string }>>
  readonly lists: readonly Omit<Sheet, 'model'>[]
  readonly from?: string
  readonly total?: { readonly table: string; readonly says: string; readonly by: readonly string[] } | null
}
