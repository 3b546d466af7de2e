import { expect, test } from 'vitest'
import { generated, indexSource, sourceFolders, stale } from './generate.ts'
import { sourceNames } from './index.generated.ts'

test('index and pages are what node services/translator/sources/generate.ts would write now', async () => expect(stale(await generated())).toEqual([]))
test('the index holds every folder', () => expect(sourceNames).toEqual(sourceFolders()))
test('a folder that the index lacks makes it stale', () => expect(stale(new Map([['index.generated.ts', indexSource([...sourceFolders(), 'zuora-invoices'])]]))).toEqual(['index.generated.ts']))
