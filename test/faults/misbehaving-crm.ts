import { setTimeout as sleep } from 'node:timers/promises'
import { testHub } from '../hub.ts'
import { eventually, Route } from '../route.ts'
import { Crm, type CrmDifferences } from './crm.ts'
import { steppingSink, type SinkPoint, type SinkWithout } from './stepped-sink.ts'

export interface Trouble {
  readonly count: number
  /** Kills at random instants while the sink works. */
  readonly kills?: number
  /** Kills at named points, one after the other. */
  readonly points?: readonly { point: SinkPoint; nth: number }[]
  readonly without?: SinkWithout
}

/** Feeds a CRM that answers 500 and 429, loses answers after acting and is slow, all at random; the sink is killed meanwhile. */
export async function misbehavingCrm(name: string, { count, kills = 0, points = [], without = {} }: Trouble): Promise<{ found: CrmDifferences; effects: number; tookMs: number }> {
  const hub = testHub(name)
  await using route = await Route.provision(hub)
  await using crm = await Crm.start(hub, route, await hub.createDatabase('state'))
  await route.feed(count, { seed: name, bad: 0.01 })
  const translator = await hub.start('translator')
  await route.translated()
  await translator.stop()
  await crm.misbehave({ error500: 0.05, rate429: 0.003, retryAfter: 0.5, dropAnswerAfterActing: 0.05, delayMs: 3, seed: 7 })
  const began = Date.now(), env = { HUB_CHUNK_RECORDS: '50', HUB_INSTANCE: 'one', ...crm.env() }
  for (const { point, nth } of points) {
    const dying = steppingSink(point, { nth, without })
    const sink = await hub.start('sink', { ...env, ...dying.env }, dying.options)
    await eventually(60_000, () => { if (!sink.exit()) throw new Error(`it never came to ${point} of chunk ${nth}`) })
  }
  const loose = steppingSink(null, { without })
  const start = () => hub.start('sink', { ...env, ...loose.env }, loose.options)
  let sink = await start()
  for (let n = 0; n < kills; n++) {
    await sleep(300 + Math.random() * 1_500)
    sink.kill('SIGKILL')
    await sink.exited
    sink = await start()
  }
  await crm.delivered(180_000)
  return { found: await crm.differences(), effects: (await crm.effects()).length, tookMs: Date.now() - began }
}
