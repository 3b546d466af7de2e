import { Type, type TObject, type TSchema } from 'typebox'
import { AdoptableQuery, Adoptables } from './adopt.schema.ts'
import { BalanceQuery, Sheet, Verified, VerifiedQuery } from './balance.schema.ts'
import { CommandQuery, CommandState, Order, Ordered } from './orders.schema.ts'
import { Lost, LostQuery } from './lost.schema.ts'
import { Finding, FindingQuery, Findings, FindingShowQuery } from './findings.schema.ts'
import { Plan } from './plan.schema.ts'
import { RecordQuery, RecordWay } from './record.schema.ts'
import { Forecast, Groups, Rejection, RejectionQuery, Rejections, Selection, ShowQuery } from './rejections.schema.ts'
import { Status, Trouble } from './status.schema.ts'
import { Topics } from './topics.schema.ts'

/** One path of the API: what it takes and answers is checked by the compiler and written into the OpenAPI document. `body`: it is a POST. */
export interface Route<A extends TSchema = TSchema> {
  readonly path: string; readonly says: string; readonly name: string; readonly answer: A; readonly open?: true
  readonly query?: TObject; readonly body?: TObject
}

export const routes = {
  status: { path: '/api/status', name: 'Status', says: 'Endpoints, and what each route is doing. Answers 200 also when something is wrong: see ok.', answer: Status },
  topics: { path: '/api/topics', name: 'Topics', says: 'Every topic of the hub: what it is, who writes and reads it, how much is in it.', answer: Topics },
  plan: { path: '/api/plan', name: 'Plan', says: 'Per route the guarantee, its mechanism, what the target must provide, and what weakens it.', answer: Plan },
  rejections: { path: '/api/rejections', name: 'Rejections', says: 'Refused records, newest first.', query: RejectionQuery, answer: Rejections },
  groups: { path: '/api/rejections/groups', name: 'RejectionGroups', says: 'Refused records by cause, the largest first.', query: RejectionQuery, answer: Groups },
  rejection: { path: '/api/rejection', name: 'Rejection', says: 'One refused record: why, what to do, and what was done. Values are masked; raw=true needs the right to.', query: ShowQuery, answer: Rejection },
  forecast: { path: '/api/forecast', name: 'Forecast', says: 'What a redrive of these would do, by the mappings of today. Changes nothing.', body: Selection, answer: Forecast },
  order: { path: '/api/commands', name: 'Order', says: 'Orders an act, such as pause, redrive, audit or accept. Answers before it is done.', body: Order, answer: Ordered },
  command: { path: '/api/command', name: 'Command', says: 'How an ordered act stands.', query: CommandQuery, answer: CommandState },
  lost: { path: '/api/lost', name: 'Lost', says: 'Offsets that a target stands before and that its topics do not hold any more: what a bootstrap would have it go on behind.', query: LostQuery, answer: Lost },
  balance: { path: '/api/balance', name: 'Balance', says: 'The balance sheet: of each source what became of its records, of each target what it has accounted for beside what was emitted for it.', query: BalanceQuery, answer: Sheet },
  verified: { path: '/api/verified', name: 'Verified', says: 'Up to when each target is proven to hold everything, and what holds it back. With `at`: whether that time is reached.', query: VerifiedQuery, answer: Verified },
  adoptables: { path: '/api/adoptables', name: 'Adoptables', says: 'Partitions that stand still because their topics have other ids, and whether each continues what was read. Changes nothing.', query: AdoptableQuery, answer: Adoptables },
  findings: { path: '/api/findings', name: 'Findings', says: 'Where both sides differ, what was seen last first.', query: FindingQuery, answer: Findings },
  finding: { path: '/api/finding', name: 'Finding', says: 'One finding: where it lies, which fields differ, what to do, whose it is.', query: FindingShowQuery, answer: Finding },
  record: { path: '/api/record', name: 'RecordWay', says: 'The whole way of one record, as far back as a few seconds reach; before goes on.', query: RecordQuery, answer: RecordWay },
  openapi: { path: '/openapi.json', name: 'OpenApi', says: 'This document.', answer: Type.Unknown(), open: true },
} as const satisfies Readonly<Record<string, Route>>

export const ErrorAnswer = Type.Object({ ...Trouble.properties }, { description: 'An error: its code, what it means, what to do.' })
