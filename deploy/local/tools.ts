import { findJava, hasMaven, type Java } from './java.ts'

/** Nothing has been started yet, and the message says it all. */
export class CannotStart extends Error { override readonly name = 'CannotStart' }

/** The Java that runs broker and registry, if Maven can fetch them. */
export function neededTools(env: NodeJS.ProcessEnv = process.env): Java { return complete(findJava(env), hasMaven(env)) }

/** Says in one go what is missing, and both ways out. */
export function complete(java: Java | undefined, maven: boolean): Java {
  const lacks = [...(java ? [] : ['Java 21 or newer']), ...(maven ? [] : ['Maven'])]
  if (java && maven) return java
  throw new CannotStart([
    `${lacks.join(' and ')} ${lacks.length > 1 ? 'were' : 'was'} not found: Kafka and the schema registry run on Java, and Maven fetches them.`,
    `Either install ${lacks.join(' and ')} (on the PATH, or Java as JAVA_HOME; Debian: apt-get install openjdk-21-jdk-headless maven),`,
    'or give the addresses of your own: HUB_KAFKA_BROKERS and HUB_REGISTRY_URL (npm start -- --help lists all of them).',
  ].join('\n'))
}
