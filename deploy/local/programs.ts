import { join } from 'node:path'
import { programEnv, type Endpoints } from './endpoints.ts'
import { launch } from './process.ts'
import { project } from './project.ts'
import type { Steps } from './steps.ts'
import { Supervised } from './supervised.ts'

/** Starts the four programs, the sink once for each target, side by side. */
export async function startPrograms(data: string, endpoints: Endpoints, targets: readonly string[], steps: Steps): Promise<readonly Supervised[]> {
  const shared = programEnv(endpoints)
  // A stable instance makes the restart of one program invisible to the others.
  const program = (name: string, label: string, env: Record<string, string> = {}) =>
    new Supervised(name, { name: label, env: { ...shared, HUB_INSTANCE: `local-${label.replaceAll(' ', '-')}`, ...env }, log: join(data, 'logs', `${label.replaceAll(' ', '-')}.log`) })
  const all = [
    program('translator', 'translator'),
    ...targets.map((target) => program('sink', `sink ${target}`, { HUB_TARGET: target })),
    program('reconciler', 'reconciler'),
    program('console', 'console'),
  ]
  const results = await Promise.allSettled(all.map((it) => steps.run(it.name, () => it.start(), (url) => `health and metrics at ${url}`)))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  return all
}

/** Starts the sample feed: a new world that lives now, a few of its records bad. */
export async function startFeed(data: string, endpoints: Endpoints): Promise<void> {
  await launch({
    name: 'sample feed', stage: 'feed', command: process.execPath, cwd: project, log: join(data, 'logs', 'feed.log'), stopWithin: 2_000,
    args: [join(project, 'deploy/local/feed/main.ts'), '--source', 'all', '--rate', '20', '--bad', '0.01', '--manifest', join(data, 'feed-manifest.json')],
    env: { ...process.env, ...programEnv(endpoints) },
  })
}
