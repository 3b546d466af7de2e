/** What a person can ask for: see schemas/command.v1. */
export const acts = ['pause', 'resume', 'redrive', 'discard', 'cancel', 'compare', 'remap'] as const
export type Act = (typeof acts)[number]
