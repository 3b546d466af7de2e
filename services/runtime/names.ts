/** Every name that the hub gives to something outside of it. `hub` is HUB_NAME; empty means no prefix on topics. */
export const names = (hub: string) => {
  const topic = (name: string) => (hub === '' ? name : `${hub}.${name}`)
  const owner = hub === '' ? 'hub' : hub
  return {
    topic,
    canonical: (model: string) => topic(`canonical.${model}`),
    rejected: (unit: string) => topic(`rejected.${unit}`),
    state: (source: string) => topic(`state.${source}`),
    redriveSource: (source: string) => topic(`redrive.${source}`),
    redriveTarget: (target: string, model: string) => topic(`redrive.${target}.${model}`),
    receipts: topic('hub.receipts'),
    states: topic('hub.states'),
    commands: topic('hub.commands'),
    translatorGroup: (source: string) => `${owner}.translator.${source}`,
    transactionalId: (source: string, partition: number) => `${owner}.translator.${source}.${partition}`,
    sinkGroup: (target: string) => `${owner}.sink.${target}`,
    reconcilerGroup: `${owner}.reconciler`,
    subject: (topicName: string) => `${topicName}-value`,
  }
}
export type Names = ReturnType<typeof names>
