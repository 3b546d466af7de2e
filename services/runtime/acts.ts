/** What a person can ask for: see schemas/command.v1. */
export const acts = ['pause', 'resume', 'redrive', 'discard', 'cancel', 'compare', 'remap', 'audit', 'audit-target', 'acknowledge', 'accept', 'repair', 'bootstrap', 'adopt'] as const
export type Act = (typeof acts)[number]
