// In the place of the marks: a look believes at once that what it has seen is as it will stay.
export * from '../../../services/reconciler/balance/marks.ts'

export const isPassed = (): boolean => true
