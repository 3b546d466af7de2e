import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { project } from './project.ts'

/** Packages of many small files. Those that are native, generated or loaded only when asked for stay where they are. */
const bundled = /^(typebox|rxjs|avsc|kafkajs|@kafkajs\/[^/]+|@nestjs\/[^/]+|@opentelemetry\/(?:api|resources|sdk-metrics|exporter-prometheus))(?:\/(.+))?$/
const dist = join(project, 'dist'), folder = join(dist, 'node_modules'), stamp = join(folder, '.bundled')

/**
 * Node takes 0.4 ms of CPU for each file that it loads, and a program's packages have two thousand: more than half of a start.
 * So what is compiled finds them in dist/node_modules, as a file for each import and what these share. They are the same packages,
 * whole and with their names; programs, tests and hooks that run from dist/ import them as ever.
 */
export async function bundlePackages(): Promise<void> {
  const imports = importsOf(globSync('{services,canonical,test}/**/*.js', { cwd: dist }).map((file) => readFileSync(join(dist, file), 'utf8')))
  const made = createHash('sha256').update(readFileSync(join(project, 'package-lock.json'))).update(readFileSync(import.meta.filename)).update(imports.join()).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === made) return
  rmSync(folder, { recursive: true, force: true })
  const texts = new Map<string, string>(await Promise.all(imports.map(async (name) => [entry(name), await exportsOf(name)] as const)))
  const { build } = await import('vite')
  await build({
    configFile: false, root: project, logLevel: 'error',
    plugins: [{ name: 'entries', resolveId: { order: 'pre', handler: (id) => (texts.has(id) ? id : null) }, load: (id) => texts.get(id) ?? null }],
    // Nest looks for what it has put into the global Reflect: before anything else, and once.
    ssr: { noExternal: true, external: ['reflect-metadata'] },
    build: {
      ssr: true, outDir: folder, emptyOutDir: false, target: 'node22', minify: false,
      rolldownOptions: {
        input: Object.fromEntries(imports.map((name) => [fileOf(name), entry(name)])), treeshake: false, platform: 'node',
        output: { format: 'es', keepNames: true, entryFileNames: '[name].js', chunkFileNames: '.shared/[name]-[hash].js' },
      },
    },
  })
  for (const [packageName, names] of Map.groupBy(imports, packageOf)) writePackage(packageName, names)
  writeFileSync(stamp, made)
}

const entry = (name: string): string => `bundled:${name}`

/** What these files import of the packages that are bundled. */
function importsOf(texts: readonly string[]): readonly string[] {
  const found = texts.flatMap((text) => [...text.matchAll(/\b(?:from|import)\s*\(?'([^'.][^']*)'/g)].map(([, name = '']) => name))
  return [...new Set(found)].filter((name) => bundled.test(name)).sort()
}

const packageOf = (name: string): string => bundled.exec(name)![1]!
const fileOf = (name: string): string => (name === packageOf(name) ? `${name}/index` : name.replace(/\.js$/, ''))

/** All that the package exports, by name: what is no ECMAScript module would else have a default only. */
async function exportsOf(name: string): Promise<string> {
  const names = Object.keys(await import(name) as object).filter((it) => /^[\w$]+$/.test(it))
  return `export { ${names.join(', ')} } from '${name}'`
}

function writePackage(name: string, imports: readonly string[]): void {
  const file = join(folder, name, 'package.json')
  mkdirSync(dirname(file), { recursive: true })
  const exported = imports.map((it) => [it === name ? '.' : `.${it.slice(name.length)}`, `./${fileOf(it).slice(name.length + 1)}.js`])
  writeFileSync(file, JSON.stringify({ name, type: 'module', exports: Object.fromEntries(exported) as object }))
}

if (import.meta.main) await bundlePackages()
