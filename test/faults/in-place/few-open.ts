// In the place of the bound on open rejections: a small one, that a test can reach.
export * from '../../../services/runtime/redrive.ts'
export const mostOpen = 40
