import { Controller, Inject } from '@nestjs/common'
import type { Plan } from './plan.schema.ts'
import { openApi } from './openapi.ts'
import { Answers } from './answers.ts'
import { routes } from './routes.ts'
import type { Status } from './status.schema.ts'
import type { Topics } from './topics.schema.ts'

/** What the API's answers are made of. */
export abstract class Knowledge {
  abstract status(): Promise<Status>
  abstract topics(): Promise<Topics>
  abstract plan(): Plan
}

@Controller()
export class Api {
  constructor(@Inject(Knowledge) private readonly knowledge: Knowledge) {}
  @Answers(routes.status) status(): Promise<Status> { return this.knowledge.status() }
  @Answers(routes.topics) topics(): Promise<Topics> { return this.knowledge.topics() }
  @Answers(routes.plan) plan(): Plan { return this.knowledge.plan() }
  @Answers(routes.openapi) openapi(): object { return openApi() }
}
