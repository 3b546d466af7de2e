import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { project } from '../deploy/local/project.ts'

interface Room { /** Rooms or files that it may import; `*` stands for one folder. */ imports: readonly string[]; /** npm packages, or node: modules where those are limited. */ packages: readonly string[] }

const pure = ['node:buffer', 'node:crypto', 'node:fs', 'node:path', 'node:util']
const nest = ['@nestjs/common', '@nestjs/core', '@nestjs/microservices', '@nestjs/platform-express', 'reflect-metadata', 'rxjs']
const openTelemetry = ['@opentelemetry/*']
/** What a source or target declares, without any client: whoever documents, plans or checks may read it. */
const declared = ['services/translator/sources', 'services/sink/targets/*/card.ts', 'services/sink/targets/*/mapping.ts', 'services/sink/targets/*/rules.ts', 'services/sink/targets/index.generated.ts']
/** What a target holds, for those who only look: by a reader of its own, with no client of the writing side. */
const holds = ['services/sink/targets/held.ts', 'services/sink/targets/held.generated.ts', 'services/sink/targets/*/held.ts']

/** Who may import whom, and which package. The longest name that fits is a file's room; a room may always import itself. */
const rooms: Record<string, Room> = {
  'canonical': { imports: [], packages: ['avsc', 'typebox', '@node-rs/xxhash', ...pure] },
  'services/runtime': { imports: ['canonical', 'services/runtime/kafka'], packages: [...openTelemetry, '@kafkajs/confluent-schema-registry', 'typebox', 'undici'] },
  'services/runtime/kafka': { imports: ['canonical', 'services/runtime'], packages: ['kafkajs', '@node-rs/crc32', '@nestjs/common', '@nestjs/microservices', 'rxjs'] },
  'services/runtime/ledger': { imports: ['canonical', 'services/runtime'], packages: ['pg', '@prisma/client', '@prisma/adapter-pg'] },
  'services/translator/sources': { imports: ['canonical'], packages: ['typebox'] },
  'services/translator': { imports: ['canonical', 'services/runtime', 'services/runtime/kafka', 'services/translator/sources'], packages: [...nest, ...openTelemetry] },
  'services/sink/targets': { imports: ['canonical', 'services/runtime'], packages: ['pg', 'pg-copy-streams', 'undici', 'typebox'] },
  'services/sink': { imports: ['canonical', 'services/runtime', 'services/runtime/kafka', 'services/sink/targets'], packages: [...nest, ...openTelemetry, 'pg'] },
  'services/reconciler': { imports: ['canonical', 'services/runtime', 'services/runtime/kafka', 'services/runtime/ledger', ...declared, ...holds], packages: [...nest, ...openTelemetry, 'typebox', 'pg'] },
  'services/console': { imports: ['canonical', 'services/runtime', 'services/runtime/kafka', 'services/runtime/ledger', ...declared, ...holds], packages: [...nest, ...openTelemetry, 'typebox', 'pg'] },
  'deploy': { imports: ['canonical', 'services/runtime', 'services/runtime/kafka', 'services/runtime/ledger', 'services/console/api', 'services/console/cli', ...declared], packages: ['pg', 'undici', 'vite'] },
  // Reads a canonical topic as a stranger would: nothing of ours.
  'test/subscriber': { imports: [], packages: ['kafkajs', '@kafkajs/confluent-schema-registry', 'avsc', 'vitest'] },
}

const byLength = Object.keys(rooms).sort((a, b) => b.length - a.length)
const roomOf = (path: string): string | undefined => byLength.find((room) => path.startsWith(`${room}/`))
const fits = (path: string, pattern: string): boolean => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}(/|$)`).test(path)

const files = globSync('{canonical,services,deploy,test/subscriber}/**/*.ts', { cwd: project })
  .filter((file) => !/\.test(-d)?\.ts$|\.generated(\.ts|\/)|\.d\.ts$/.test(file))
  // What uses the test runner is test code, whatever its name.
  .filter((file) => file.startsWith('test/') || !/from 'vitest'/.test(readFileSync(join(project, file), 'utf8')))
const importsOf = (file: string): string[] => [...withoutComments(readFileSync(join(project, file), 'utf8')).matchAll(/^(?:import|export)\s[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm)]
  .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')

test('every import respects the room it is in', () => {
  const broken: string[] = []
  for (const file of files) {
    const from = roomOf(file)
    for (const target of importsOf(file).filter((it) => it.startsWith('.')).map((it) => join(dirname(file), it))) {
      const to = roomOf(target) ?? target.split('/')[0]
      if (from === undefined || from === to || to === 'schemas' || target === 'package.json') continue
      // A grant of a whole room names that room exactly: `services/runtime` does not open its inner room `kafka`.
      const granted = rooms[from]?.imports.some((grant) => grant === to || (rooms[grant] === undefined && fits(target, grant)))
      if (!granted) broken.push(`${file} imports ${target}`)
    }
  }
  expect(broken).toEqual([])
})

test('every room uses its own packages only', () => {
  const broken: string[] = []
  for (const file of files) {
    const allowed = rooms[roomOf(file) ?? '']?.packages
    if (!allowed) continue
    const limitsNode = allowed.some((it) => it.startsWith('node:'))
    for (const name of importsOf(file).filter((it) => !it.startsWith('.')).map(packageOf)) {
      if (name.startsWith('node:') && !limitsNode) continue
      if (!allowed.some((it) => fits(name, it))) broken.push(`${file} uses ${name}`)
    }
  }
  expect(broken).toEqual([])
})

const packageOf = (specifier: string): string =>
  specifier.startsWith('node:') ? specifier : specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')

test('no room that is named here has gone', () => {
  const gone = Object.keys(rooms).filter((room) => !room.startsWith('test/') && !files.some((file) => file.startsWith(`${room}/`)))
  expect(gone).toEqual([])
})
