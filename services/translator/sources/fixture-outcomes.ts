import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { expect, test } from 'vitest'
import { parseExact } from '../../../canonical/exact.ts'
import { fixture, fixtureFiles, haveFixture } from '../../../canonical/fixtures.ts'
import { Rejected } from '../../../canonical/rejected.ts'
import type { Translation } from '../../../canonical/source.ts'

/** What becomes of a payload, in a line that a table can hold. */
export function inALine(source: Translation, payload: unknown): string {
  try {
    const outcome = source.translate(payload)
    if ('filtered' in outcome) return `filtered ${outcome.filtered}`
    return outcome.records.map(({ model, entity, value }) => `${value === null ? 'deletes ' : ''}${model} ${entity}`).join(' + ')
  } catch (error) {
    if (!(error instanceof Rejected)) throw error
    return `refused ${[...new Set(error.problems.map(({ code }) => code))].join(', ')}: ${error.problems.map(({ from }) => from.join('+')).join(' ')}`
  }
}

/**
 * Every payload of a folder has its outcome in the table: file → outcome of each object in it. A file that the table lacks fails.
 * `objects` takes single objects out of answers that hold several.
 */
export function fixturesTest(folder: string, source: Translation, table: Record<string, readonly string[]>, objects: (json: unknown) => readonly unknown[], which = /\.json$/): void {
  const files = fixtureFiles(folder).map((file) => relative(fixture(folder), file)).filter((file) => which.test(file))
  test.skipIf(!haveFixture(folder))(`every payload of ${folder} is translated, filtered or refused as agreed`, () => {
    expect(files.length).toBeGreaterThan(0)
    const outcomes = Object.fromEntries(files.map((file) => [file, objects(read(`${folder}/${file}`)).map((object) => inALine(source, object))]))
    expect(outcomes).toEqual(table)
  })
  if (!haveFixture(folder)) console.warn(`no ${fixture(folder)}: its payloads are not tested; HUB_FIXTURES names the place of the fixtures`)
}

export const read = (path: string): unknown => parseExact(readFileSync(fixture(path)))
