import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelsSource } from './generate-models.ts'
import { packageRoot } from './schemas.ts'

test('models.generated.ts is what schemas/ says', () => {
  expect(readFileSync(join(packageRoot, 'canonical', 'models.generated.ts'), 'utf8')).toBe(modelsSource())
})

test('no model may answer UNKNOWN, the symbol that only readers of an older schema see', () => {
  expect(modelsSource()).not.toContain("'UNKNOWN'")
})
