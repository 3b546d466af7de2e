import { Controller, HttpException, Inject } from '@nestjs/common'
import type { Adoptables } from './adopt.schema.ts'
import type { Finding, FindingQuery, Findings } from './findings.schema.ts'
import type { Plan } from './plan.schema.ts'
import { openApi } from './openapi.ts'
import type { BalanceQuery, Sheet, Verified, VerifiedQuery } from './balance.schema.ts'
import { Answers, Given, MayReadRaw } from './answers.ts'
import type { CommandState, Order, Ordered } from './orders.schema.ts'
import type { Lost, LostQuery } from './lost.schema.ts'
import type { RecordQuery, RecordWay } from './record.schema.ts'
import type { Forecast, Groups, Rejection, RejectionQuery, Rejections, Selection } from './rejections.schema.ts'
import { routes } from './routes.ts'
import { trouble } from '../trouble.ts'
import type { Status } from './status.schema.ts'
import type { Topics } from './topics.schema.ts'

/** What the API's answers are made of, and what it may have done. */
export abstract class Knowledge {
  abstract status(): Promise<Status>
  abstract topics(): Promise<Topics>
  abstract plan(): Plan
  abstract rejections(query: RejectionQuery): Promise<Rejections>
  abstract groups(query: RejectionQuery): Promise<Groups>
  abstract rejection(id: string, raw: boolean): Promise<Rejection>
  abstract forecast(selection: Selection): Promise<Forecast>
  abstract findings(query: FindingQuery): Promise<Findings>
  abstract finding(id: string): Promise<Finding>
  abstract record(query: RecordQuery): Promise<RecordWay>
  abstract order(order: Order): Promise<Ordered>
  abstract balance(query: BalanceQuery): Promise<Sheet>
  abstract verified(query: VerifiedQuery): Promise<Verified>
  abstract lost(query: LostQuery): Promise<Lost>
  abstract adoptables(query: { readonly unit?: string }): Promise<Adoptables>
  abstract command(id: string): Promise<CommandState>
}

@Controller()
export class Api {
  constructor(@Inject(Knowledge) private readonly knowledge: Knowledge) {}
  @Answers(routes.status) status(): Promise<Status> { return this.knowledge.status() }
  @Answers(routes.topics) topics(): Promise<Topics> { return this.knowledge.topics() }
  @Answers(routes.plan) plan(): Plan { return this.knowledge.plan() }
  @Answers(routes.rejections) rejections(@Given() query: RejectionQuery): Promise<Rejections> { return this.knowledge.rejections(query) }
  @Answers(routes.groups) groups(@Given() query: RejectionQuery): Promise<Groups> { return this.knowledge.groups(query) }
  @Answers(routes.rejection) rejection(@Given() { id, raw }: { id: string; raw?: string }, @MayReadRaw() mayReadRaw: boolean): Promise<Rejection> {
    if (raw === 'true' && !mayReadRaw) throw new HttpException(trouble('console.not_allowed', 'this token may not read original bytes'), 403)
    return this.knowledge.rejection(id, raw === 'true')
  }
  @Answers(routes.forecast) forecast(@Given() selection: Selection): Promise<Forecast> { return this.knowledge.forecast(selection) }
  @Answers(routes.findings) findings(@Given() query: FindingQuery): Promise<Findings> { return this.knowledge.findings(query) }
  @Answers(routes.finding) finding(@Given() { id }: { id: string }): Promise<Finding> { return this.knowledge.finding(id) }
  @Answers(routes.record) record(@Given() query: RecordQuery): Promise<RecordWay> { return this.knowledge.record(query) }
  @Answers(routes.order) order(@Given() order: Order): Promise<Ordered> { return this.knowledge.order(order) }
  @Answers(routes.command) command(@Given() { id }: { id: string }): Promise<CommandState> { return this.knowledge.command(id) }
  @Answers(routes.adoptables) adoptables(@Given() query: { unit?: string }): Promise<Adoptables> { return this.knowledge.adoptables(query) }
  @Answers(routes.balance) balance(@Given() query: BalanceQuery): Promise<Sheet> { return this.knowledge.balance(query) }
  @Answers(routes.verified) verified(@Given() query: VerifiedQuery): Promise<Verified> { return this.knowledge.verified(query) }
  @Answers(routes.lost) lost(@Given() query: LostQuery): Promise<Lost> { return this.knowledge.lost(query) }
  @Answers(routes.openapi) openapi(): object { return openApi() }
}
