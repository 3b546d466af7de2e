import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sources } from './index.generated.ts'
import { writeOutcomes } from './write-outcomes.ts'

test('a sample without an outcome gets one, and an outcome that stands there stays', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcomes-'))
  writeFileSync(join(folder, 'new.in.json'), '{ "op": "m" }')
  writeFileSync(join(folder, 'known.in.json'), '{}')
  writeFileSync(join(folder, 'known.out.json'), 'as a person wrote it')
  const { source } = sources['inventory-stock']
  expect(writeOutcomes(source, folder, readdirSync(folder))).toEqual([join(folder, 'new.filtered.json')])
  expect(JSON.parse(readFileSync(join(folder, 'new.filtered.json'), 'utf8'))).toEqual({ filtered: 'logical-message' })
  expect(readFileSync(join(folder, 'known.out.json'), 'utf8')).toBe('as a person wrote it')
  expect(writeOutcomes(source, folder, readdirSync(folder))).toEqual([])
  rmSync(folder, { recursive: true })
})
