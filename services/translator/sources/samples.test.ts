import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../../canonical/arena.ts'
import { modelCodec } from '../../../canonical/codec.ts'
import type { Made } from '../../../canonical/compile.ts'
import type { Meta, Models } from '../../../canonical/models.generated.ts'
import type { RuleSet } from '../../../canonical/rules.ts'
import { sourcesFolder } from './generate.ts'
import { sources } from './index.generated.ts'
import { outcomes } from './readme.ts'
import { outcomeOf } from './sample-outcome.ts'
import { unreadPaths } from './unread.ts'

describe.each(Object.entries(sources))('%s', (name, { card, source }) => {
  const folder = join(sourcesFolder, name, 'samples')
  const files = readdirSync(folder)
  const read = (file: string) => readFileSync(join(folder, file))
  const samples = files.filter((file) => file.endsWith('.in.json')).map((file) => file.slice(0, -'.in.json'.length))

  test('is named like its folder', () => expect(card.name).toBe(name))
  test('holds its records to the rules of its folder', async () => {
    if (!existsSync(join(sourcesFolder, name, 'rules.ts'))) return
    const { default: own } = await import(`./${name}/rules.ts`) as { default: readonly RuleSet[] }
    expect(source.ruled).toEqual(expect.arrayContaining([...own]))
  })
  test('asks for nothing that nobody reads', () => expect(unreadPaths(source)).toEqual([]))
  test('shows a translated and a refused payload, and one for every reason to filter', () => {
    const shown = files.filter((file) => file.endsWith('.filtered.json')).map((file) => (JSON.parse(read(file).toString()) as { filtered: string }).filtered)
    const reasons = [...source.kinds.flatMap((kind) => Object.keys(kind.filters)), ...Object.keys(source.filtered ?? {}), source.empty?.filtered, source.others?.filtered].filter((it) => it !== undefined)
    expect(new Set(shown)).toEqual(new Set(reasons))
    for (const outcome of ['out', 'rejected']) expect(files.some((file) => file.endsWith(`.${outcome}.json`))).toBe(true)
  })
  test('has one outcome beside every sample, and no other files', () => {
    expect(files.toSorted()).toEqual(samples.flatMap((sample) => [`${sample}.in.json`, `${sample}.${outcomes.find((it) => files.includes(`${sample}.${it}.json`))}.json`]).toSorted())
  })

  test.each(samples)('%s', (sample) => {
    const { is, says } = outcomeOf(source, read(`${sample}.in.json`))
    expect({ is, says }).toEqual({ is, says: JSON.parse(read(`${sample}.${is}.json`).toString()) })
  })

  test('makes nothing that its schema cannot hold', () => {
    const arena = new Arena()
    for (const sample of samples) {
      const { is, says } = outcomeOf(source, read(`${sample}.in.json`))
      if (is === 'out') for (const made of (says as { records: Made[] }).records) encode(made, arena)
    }
  })
})

function encode({ model, entity, version, occurredAt, value }: Made, arena: Arena): void {
  if (value === null) return
  const origin: Meta['origin'] = { topic: 't', partition: 0, offset: 0 }
  modelCodec(model, arena).encode(1, value as Models[typeof model], { source: 's', entity, version, revision: 0, occurredAt, origin, mapping: 'm' })
}
