// In the place of the product's index of sources: those of this run, told by BENCH_SOURCES.
import type { SourceUnit } from '../../../services/translator/sources/source-unit.ts'
import { benchCard, type BenchSource } from '../source/card.ts'
import source from '../source/mapping.ts'

const wanted = JSON.parse(process.env['BENCH_SOURCES'] ?? '[]') as BenchSource[]

export const sources: Record<string, SourceUnit> = Object.fromEntries(wanted.map((it) => [it.name, { card: benchCard(it), source }]))
export const sourceNames = Object.keys(sources)
