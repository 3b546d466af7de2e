import { join } from 'node:path'
import { expect, test } from 'vitest'
import { samplesOf, sourcesFolder } from './generate.ts'
import { sourceNames, sources } from './index.generated.ts'
import { triedRefusals } from './tried-refusals.ts'

const tried = (name: keyof typeof sources) => triedRefusals(sources[name].source, samplesOf(name).filter((it) => it.endsWith('.in.json')).map((it) => join(sourcesFolder, name, 'samples', it)))

test.each(sourceNames)('no spoilt payload makes a mapping of %s throw: each is refused by a code', (name) => {
  expect(tried(name).find(({ code }) => code === 'mapping.threw')?.at).toEqual([])
})

test('a refusal names the places that it was met at, lists opened', () => {
  const found = new Map(tried('woocommerce-orders').map(({ code, at }) => [code, at]))
  expect(found.get('value.not-one-of')).toContain('status')
  expect(found.get('rule.order-quantity')).toEqual(['line_items[].quantity'])
  expect([...found.keys()]).toEqual(expect.arrayContaining(['payload.not-json', 'payload.not-utf8', 'payload.duplicate-key', 'payload.too-deep', 'record.too-large']))
})
