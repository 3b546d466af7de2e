import { names } from '../../runtime/names.ts'
import type { Plan } from '../api/plan.schema.ts'
import { routes } from '../api/routes.ts'
import type { Status } from '../api/status.schema.ts'
import type { Topics } from '../api/topics.schema.ts'
import { planOf } from '../plan/plan.ts'
import { ask, type Where } from './console-client.ts'
import { type Exit, exits } from './command-failed.ts'
import type { Paint } from './paint.ts'
import { planText } from './plan-text.ts'
import { statusText } from './status-text.ts'
import { topicsText } from './topics-text.ts'

export interface Command<A = unknown> {
  readonly says: string
  /** What the exit status means beyond 0 and the errors. */
  readonly exit?: string
  /** `where` is only asked for by commands that need the console. */
  readonly answer: (where: () => Where, env: NodeJS.ProcessEnv) => Promise<A>
  /** `columns`: how wide the terminal is, where there is one. */
  readonly text: (answer: A, paint: Paint, columns?: number) => string
  readonly exitOf?: (answer: A) => Exit
}

const command = <A>(it: Command<A>): Command => it as Command

export const commands: Readonly<Record<string, Command>> = {
  status: command<Status>({
    says: 'What the hub is doing: its endpoints, and one line for each route.',
    exit: '3 when a route is stopped, paused, silent or unknown, an endpoint does not answer, or the books do not join.',
    answer: (where) => ask(routes.status, where()), text: statusText, exitOf: ({ ok }) => (ok ? exits.ok : exits.hubWrong),
  }),
  plan: command<Plan>({
    says: 'What each route promises, by which mechanism, and what weakens it. Needs nothing that runs.',
    answer: async (_, env) => {
      const { declared } = await import('../declared.ts')
      return planOf(declared, names(env['HUB_NAME'] ?? ''))
    },
    text: planText,
  }),
  topics: command<Topics>({
    says: 'Every topic of the hub: what it is, how much is in it, who writes and reads it.',
    exit: '3 when a topic is missing or Kafka does not answer.',
    answer: (where) => ask(routes.topics, where()), text: topicsText,
    exitOf: ({ topics, lacks }) => (lacks.length === 0 && topics.every(({ exists }) => exists !== false) ? exits.ok : exits.hubWrong),
  }),
}
