import { isUtf8 } from 'node:buffer'
import { deepest, type Exact, numberOf, parseExact } from './exact.ts'

/** `parseExact` for the payloads of one source: the same answer or the same refusal, in half the time where payloads look alike. */
export function exactReader(): (bytes: Buffer) => unknown {
  const shaped = new ShapedJson()
  return (bytes) => {
    const value = shaped.read(bytes)
    return value === notSure ? parseExact(bytes) : value
  }
}

/** What the reader of shapes answers where it leaves a payload to the one that knows every case. */
export const notSure = Symbol('not sure')
/** Where keys are data there is no end of shapes, of keys in an object, or of a key. */
const mostShapes = 4_000, mostKeys = 300, longestKey = 200, mostKept = 1_000
/** 1 for a byte that stands for itself in a text: ASCII, no control character, no quote and no backslash. */
const plain = new Uint8Array(256).map((_, byte) => (byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c ? 1 : 0))
const none = Buffer.alloc(0)

/**
 * JSON from bytes, for payloads that look alike: a source sends the same keys in the same order, record after record. What keys follow
 * each other is learned as it comes, so that a known key is compared and not read, and an object of a known shape is made at once.
 * Accepts only what it is sure of, and then answers what JSON.parse would, with the digits of long numbers kept.
 */
export class ShapedJson {
  #bytes: Buffer = none
  #text = ''
  #at = 0
  #sure = true
  #isUtf8 = false
  readonly #root = new Place()
  /** Values of the objects that are being read, those of an inner one behind those around it. Made anew for each payload: what is put into an old list costs V8 more. */
  #values: unknown[] = []
  /** As many as were there at a time. */
  #most = 16
  #top = 0
  #shapes = 0

  read(bytes: Buffer): unknown {
    this.#bytes = bytes
    // One character for each byte, so that a place in the bytes is a place in the text.
    this.#text = bytes.toString('latin1')
    this.#at = 0
    this.#sure = true
    this.#isUtf8 = false
    this.#top = 0
    this.#values = new Array(this.#most)
    const value = this.#value(this.#root, 0)
    const end = this.#space()
    const whole = this.#sure && this.#at === bytes.length && end === undefined
    this.#bytes = none
    return whole ? value : notSure
  }

  #space(): number | undefined {
    const bytes = this.#bytes
    let byte = bytes[this.#at]
    if (byte! > 0x20) return byte
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++this.#at]
    return byte
  }

  #value(place: Place, depth: number): unknown {
    const byte = this.#space()
    if (byte === 0x22) return this.#string()
    if (byte === 0x7b) return this.#object(place, depth)
    if (byte === 0x5b) return this.#list(place, depth)
    if (byte === 0x74) return this.#word('true', true)
    if (byte === 0x66) return this.#word('false', false)
    if (byte === 0x6e) return this.#word('null', null)
    return this.#number()
  }

  #unsure(): null { this.#sure = false; return null }

  #word<T>(word: string, value: T): T | null {
    for (let i = 1; i < word.length; i++) if (this.#bytes[this.#at + i] !== word.charCodeAt(i)) return this.#unsure()
    this.#at += word.length
    return value
  }

  /** At the opening quote. */
  #string(): string | null {
    const bytes = this.#bytes, from = this.#at + 1
    let at = from
    while (plain[bytes[at]!] === 1) at++
    let high = 0
    for (let byte = bytes[at]!; byte !== 0x22; byte = bytes[++at]!) {
      // Also where the bytes are over: comparing with undefined says no.
      if (!(byte >= 0x20)) return this.#unsure()
      if (byte === 0x5c) return this.#escaped(from, at)
      high |= byte
    }
    this.#at = at + 1
    return high < 0x80 ? this.#text.substring(from, at) : this.#utf8(from, at)
  }

  /** Most payloads are ASCII, and only others have to be looked through for bytes that are no UTF-8. */
  #utf8(from: number, at: number): string | null {
    this.#isUtf8 ||= isUtf8(this.#bytes)
    return this.#isUtf8 ? this.#bytes.toString('utf8', from, at) : this.#unsure()
  }

  #escaped(from: number, at: number): string | null {
    const bytes = this.#bytes
    for (; bytes[at] !== 0x22; at++) {
      if (!(bytes[at]! >= 0x20)) return this.#unsure()
      if (bytes[at] === 0x5c) at++
    }
    this.#at = at + 1
    const text = this.#utf8(from - 1, at + 1)
    try { return text === null ? null : JSON.parse(text) as string } catch { return this.#unsure() }
  }

  #number(): number | Exact | null {
    const bytes = this.#bytes, from = this.#at
    const first = bytes[from] === 0x2d ? from + 1 : from
    let at = first, value = 0, byte = bytes[at]!
    for (; byte >= 0x30 && byte <= 0x39; byte = bytes[++at]!) value = value * 10 + byte - 0x30
    const digits = at - first
    if (byte !== 0x2e && byte !== 0x65 && byte !== 0x45 && digits > 0 && digits <= 15 && (digits === 1 || bytes[first] !== 0x30)) {
      this.#at = at
      return first === from ? value : -value
    }
    for (; (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x65 || byte === 0x45 || byte === 0x2b || byte === 0x2d; byte = bytes[++at]!);
    this.#at = at
    return numberOf(this.#text.substring(from, at)) ?? this.#unsure()
  }

  #list(place: Place, depth: number): unknown[] | null {
    if (depth >= deepest) return this.#unsure()
    const items = place.items ??= new Place()
    const list: unknown[] = []
    this.#at++
    if (this.#space() === 0x5d) { this.#at++; return list }
    for (;;) {
      list.push(this.#value(items, depth + 1))
      const byte = this.#space()
      this.#at++
      if (byte === 0x5d) return list
      if (byte !== 0x2c || !this.#sure) return this.#unsure()
    }
  }

  #object(place: Place, depth: number): unknown {
    if (depth >= deepest) return this.#unsure()
    const values = this.#values, bytes = this.#bytes, from = this.#top
    let shape = place.shape
    for (;;) {
      // Mostly the key that came last time after the same keys, and no white space.
      let step = shape.last
      if (step === null || !this.#follows(step.key, 0)) {
        const first = this.#top === from, byte = this.#space()
        if (byte === 0x7d && !first) break
        if (byte !== (first ? 0x7b : 0x2c)) return this.#unsure()
        this.#at++
        if (this.#space() === 0x7d && first) { this.#at++; return {} }
        if (step === null || !this.#follows(step.key, 1)) step = this.#key(shape)
        if (step === null) return null
      }
      shape = step.shape
      const value = this.#value(step.place, depth + 1)
      values[this.#top++] = value
      if (this.#top > this.#most && this.#top < mostKept) this.#most = this.#top
      if (!this.#sure) return null
      if (bytes[this.#at] === 0x7d) break
    }
    this.#at++
    const made = shape.make(values, from)
    this.#top = from
    return made
  }

  /** Steps over the key where it is at hand, without the first so many bytes of it. */
  #follows(key: Buffer, skipped: number): boolean {
    const bytes = this.#bytes, start = this.#at - skipped
    let i = skipped
    while (i < key.length && bytes[start + i] === key[i]) i++
    if (i < key.length) return false
    this.#at = start + i
    return true
  }

  #key(shape: Shape): Step | null {
    if (this.#space() !== 0x22) return this.#unsure()
    const name = this.#string()
    if (name === null || this.#space() !== 0x3a) return this.#unsure()
    this.#at++
    const step = shape.steps.get(name) ?? this.#learn(shape, name)
    if (step !== null) shape.last = step
    return step
  }

  /** A key that comes twice, or that JavaScript takes for something else, is not for this reader; nor are keys without end, which are data. */
  #learn(shape: Shape, name: string): Step | null {
    if (this.#shapes >= mostShapes || shape.names.length >= mostKeys || name.length > longestKey || name === '__proto__' || shape.names.includes(name)) return this.#unsure()
    this.#shapes++
    return shape.learn(name)
  }
}

/** Where in the payload: what is learned of the objects that stand there. */
class Place {
  readonly shape = new Shape([], new Map())
  items: Place | null = null
}

/** An object so far: the keys that were read, in their order. */
class Shape {
  readonly names: readonly string[]
  readonly steps = new Map<string, Step>()
  /** The step that was taken last. */
  last: Step | null = null
  readonly #places: Map<string, Place>
  #made = 0
  #compiled: Make | null = null

  constructor(names: readonly string[], places: Map<string, Place>) {
    this.names = names
    this.#places = places
  }

  learn(name: string): Step {
    const place = this.#places.get(name) ?? new Place()
    this.#places.set(name, place)
    const step = { key: Buffer.from(`${this.names.length === 0 ? '{' : ','}${JSON.stringify(name)}:`), place, shape: new Shape([...this.names, name], this.#places) }
    this.steps.set(name, step)
    return step
  }

  make(values: readonly unknown[], from: number): object {
    if (this.#compiled !== null) return this.#compiled(values, from)
    if (++this.#made > madeByHand) this.#compiled = new Function('v', 'f', `return {${this.names.map((name, i) => `${JSON.stringify(name)}:v[f+${i}]`).join(',')}}`) as Make
    const made: Record<string, unknown> = {}
    for (let i = 0; i < this.names.length; i++) made[this.names[i]!] = values[from + i]
    return made
  }
}
type Make = (values: readonly unknown[], from: number) => object
/** The key as it stands in the payload, between the brace or comma before it and its colon, what may lie behind it, and the shape with it. */
interface Step { readonly key: Buffer; readonly place: Place; readonly shape: Shape }
/** What comes this often is worth compiling. */
const madeByHand = 30
