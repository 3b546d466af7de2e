/** What the sample CRM can be told to do wrong. Shares are from 0 to 1, drawn in the order of the requests. */
export interface Misbehaviour {
  /** Answers 500 without acting. */
  error500: number
  /** Acts, then cuts the connection instead of answering. */
  dropAnswerAfterActing: number
  /** Answers 429 without acting. */
  rate429: number
  /** Seconds in the Retry-After of a 429. */
  retryAfter: number
  /** Answers 401 without acting. */
  refuse401: number
  /** Refuses a body in which a field has this value. Empty: none. */
  refuse: string
  /** Refuses again what it has refused once under the same key, whatever it would say to it now. */
  repeatRefusals: boolean
  /** Waits this long between acting and answering. */
  delayMs: number
  /** Equal seeds draw equally. */
  seed: number
}
export const wellBehaved: Misbehaviour = { error500: 0, dropAnswerAfterActing: 0, rate429: 0, retryAfter: 1, refuse401: 0, refuse: '', repeatRefusals: false, delayMs: 0, seed: 1 }

export type Mishap = 'error500' | 'dropAnswerAfterActing' | 'rate429' | 'refuse401'

/** Draws what goes wrong with the next request. */
export function mishaps(it: Misbehaviour): () => Mishap | null {
  const next = random(it.seed)
  return () => {
    let left = next()
    for (const mishap of ['refuse401', 'error500', 'rate429', 'dropAnswerAfterActing'] as const) {
      left -= it[mishap]
      if (left < 0) return mishap
    }
    return null
  }
}

/** Mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
