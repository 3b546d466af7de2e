import { Type, type TSchema } from 'typebox'
import { Plan } from './plan.schema.ts'
import { Status, Trouble } from './status.schema.ts'
import { Topics } from './topics.schema.ts'

/** One path of the API: what it answers is checked by the compiler and written into the OpenAPI document. */
export interface Route<A extends TSchema = TSchema> { readonly path: string; readonly says: string; readonly name: string; readonly answer: A; readonly open?: true }

export const routes = {
  status: { path: '/api/status', name: 'Status', says: 'Endpoints, and what each route is doing. Answers 200 also when something is wrong: see ok.', answer: Status },
  topics: { path: '/api/topics', name: 'Topics', says: 'Every topic of the hub: what it is, who writes and reads it, how much is in it.', answer: Topics },
  plan: { path: '/api/plan', name: 'Plan', says: 'Per route the guarantee, its mechanism, what the target must provide, and what weakens it.', answer: Plan },
  openapi: { path: '/openapi.json', name: 'OpenApi', says: 'This document.', answer: Type.Unknown(), open: true },
} as const satisfies Readonly<Record<string, Route>>

export const ErrorAnswer = Type.Object({ ...Trouble.properties }, { description: 'An error: its code, what it means, what to do.' })
