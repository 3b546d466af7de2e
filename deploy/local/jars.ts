import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'

/** Where the broker's and the registry's jars lie. */
export interface Jars { kafka: string; registry: string; folder: string }

const POM = fileURLToPath(new URL('./pom.xml', import.meta.url))

/**
 * The jars of the versions that pom.xml names, fetched by Maven the first time. They are kept per user, by the pom's content,
 * so that tests, `npm start` and every other clone share them.
 */
export async function jars(say: (progress: string) => void = () => {}): Promise<Jars> {
  const version = createHash('sha256').update(readFileSync(POM)).digest('hex').slice(0, 12)
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tributary')
  const folder = join(cache, `jars-${version}`)
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true })
    const fresh = mkdtempSync(join(cache, 'fetching-'))
    try {
      await fetch(fresh, say)
      // Whoever was faster has put the same files there.
      if (!existsSync(folder)) renameSync(fresh, folder)
    } finally { rmSync(fresh, { recursive: true, force: true }) }
  }
  return { kafka: join(folder, 'kafka'), registry: join(folder, 'registry'), folder }
}

async function fetch(into: string, say: (progress: string) => void): Promise<void> {
  say('fetching with Maven')
  let files = 0
  await run('mvn', ['-B', '-f', POM, `-Dto=${into}`, 'process-resources'], 'Maven could not fetch the broker and the registry', {
    read(output) {
      const count = output.match(/Downloaded from/g)?.length ?? 0
      if (count > files) say(`fetching with Maven, ${files = count} files`)
    },
  })
}
