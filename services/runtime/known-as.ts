/** A topic by its id, and the ids that it had in a Kafka before this one. */
export interface TopicIds { readonly topicId: string; readonly was?: readonly string[] }

/** Whether it is this topic, or was. */
export const knownAs = ({ topicId, was }: TopicIds, id: string): boolean => id === topicId || was?.includes(id) === true
