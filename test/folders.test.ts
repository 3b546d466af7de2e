import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { project } from '../deploy/local/project.ts'

const generated = /\.generated(\.|\/)|\/migrations\/|^schemas\/released\//
const files = globSync('{canonical,services,deploy,test}/**/*.{ts,tsx,mjs}', { cwd: project }).filter((file) => !generated.test(file))
const text = (file: string): string => readFileSync(join(project, file), 'utf8')
const lines = (file: string): number => text(file).split('\n').length - 1
/** Every line of code that matches, as `file:line`. */
const found = (among: readonly string[], pattern: RegExp): string[] =>
  among.flatMap((file) => text(file).split('\n').map((line) => line.replace(/^\s*(\/\/|\/?\*).*|\/\*\*.*?\*\/| \/\/ .*/, '')).flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1} ${line.trim()}`] : [])))

const raw = (among: readonly string[], pattern: RegExp): string[] => among.filter((file) => pattern.test(text(file)))

test('files are short: none over 400 lines, nine in ten under 250, the median under 100', () => {
  const lengths = files.map(lines).sort((a, b) => a - b)
  const at = (share: number): number => lengths[Math.floor(lengths.length * share)] ?? 0
  expect(files.filter((file) => lines(file) > 400)).toEqual([])
  expect(at(0.9)).toBeLessThan(250)
  expect(at(0.5)).toBeLessThan(100)
})

test('files are named in kebab-case, after what they are', () => {
  const name = /^[a-z0-9]+(-[a-z0-9]+)*(\.v\d+)?(\.(system\.test|sample\.test|test|test-d|schema|module|d|config))?\.(ts|tsx|mjs)$/
  expect(files.filter((file) => !name.test(basename(file)))).toEqual([])
  expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|shared|misc|types|base|dto|interfaces?)(\.ts|\/)|-(impl|manager|helper|util)s?\.ts$/.test(file))).toEqual([])
})

test('no type is named Base…, I…, …Impl or …Manager', () => {
  expect(found(files, /^(export )?(abstract )?(class|interface|type) (Base[A-Z]\w*|I[A-Z][a-z]\w*|\w+(Impl|Manager|Helper|Util))\b/)).toEqual([])
})

test('nothing is silenced: no any, no ts-ignore, no disabled lint rule', () => {
  const others = files.filter((file) => file !== 'test/folders.test.ts')
  expect(raw(others, /@ts-(ignore|nocheck)|(eslint|oxlint)-disable/)).toEqual([])
  expect(found(others, /\bas any\b|: any\b/)).toEqual([])
})

test('no test is off', () => {
  const tests = files.filter((file) => /\.test\.tsx?$/.test(file) && file !== 'test/folders.test.ts')
  expect(found(tests, /\b(it|test|describe)\.(skip|only|todo|fails)\(/)).toEqual([])
})

test('sources and targets never guess a value', () => {
  const units = files.filter((file) => /\/(sources|targets)\/[^/]+\//.test(file))
  expect(found(units, /(\?\?|\|\|) *(''|""|'[A-Z_]+'|"[A-Z_]+")/)).toEqual([])
  const declared = units.filter((file) => /\/sources\/|\/mapping\.ts$/.test(file))
  expect(found(declared, /(\?\?|\|\|) *('[^']*'|"[^"]*"|\d)/)).toEqual([])
})

test('nothing names a place of one machine or a package registry', () => {
  const all = globSync('{*.json,*.md,*.ts,.ci/*,canonical/**,services/**,deploy/**,schemas/**,test/**}', { cwd: project, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1))
    .filter((file) => file !== 'test/folders.test.ts')
  expect(raw(all, /\/(work|farm|root|home\/[a-z]+)\/|"resolved":/)).toEqual([])
})

test('every source has a card, a contract, a mapping and samples; every target a card, a mapping and a target', () => {
  const units = (folder: string): string[] => globSync(`${folder}/*`, { cwd: project, withFileTypes: true }).filter((it) => it.isDirectory()).map((it) => `${folder}/${it.name}`)
  const lacks = (folder: string, needed: readonly string[]): string[] => needed.filter((pattern) => globSync(`${folder}/${pattern}`, { cwd: project }).length === 0).map((it) => `${folder}/${it}`)
  expect(units('services/translator/sources').flatMap((it) => lacks(it, ['card.ts', 'contract.ts', 'mapping.ts', 'samples/*.in.json', 'README.md']))).toEqual([])
  expect(units('services/sink/targets').flatMap((it) => lacks(it, ['card.ts', 'mapping.ts', 'target.ts', 'README.md']))).toEqual([])
})

test('what a page names is there: files, folders and other pages', () => {
  // Decisions speak of what was there on their day.
  const pages = globSync('{*.md,{canonical,services,deploy,test,schemas}/**/*.md}', { cwd: project }).filter((page) => page !== 'DECISIONS.md')
  const named = (page: string): string[] => [
    ...[...text(page).matchAll(/`((?:services|canonical|schemas|deploy|test)\/[\w./-]+)`/g)].map(([, path]) => path!),
    ...[...text(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path]) => join(dirname(page), path!)),
  ]
  expect(pages.length).toBeGreaterThan(10)
  expect(pages.flatMap((page) => named(page).filter((path) => !existsSync(join(project, path))).map((path) => `${page}: ${path}`))).toEqual([])
})
