import { Type, type Static } from 'typebox'

const Guarantee = Type.Object({
  promise: Type.String({ description: 'What holds, in the strongest words that are true.' }),
  by: Type.String({ description: 'The mechanism.' }),
  needs: Type.Array(Type.String(), { description: 'What the target or the source must provide for it.' }),
  weakenedBy: Type.Array(Type.String(), { description: 'What makes it weaker on this route.' }),
  refuses: Type.Array(Type.String(), { description: 'The stronger words that the hub does not say here, and why.' }),
})

export const RoutePlan = Type.Object({
  source: Type.String(), model: Type.String(), target: Type.String(),
  from: Type.String({ description: 'Source topic.' }),
  through: Type.String({ description: 'Canonical topic.' }),
  delivery: Guarantee,
  order: Guarantee,
})

export const Plan = Type.Object({ routes: Type.Array(RoutePlan) })
export type Plan = Static<typeof Plan>
export type RoutePlan = Static<typeof RoutePlan>
export type Guarantee = Static<typeof Guarantee>
