import { xxh64 } from '@node-rs/xxhash'
import { largest } from './arena.ts'
import type { ModelName } from './models.generated.ts'
import { Refused } from './refused.ts'

/** Which state of which entity a record is: equal keys are one effect. */
export interface EffectKey { model: ModelName; entity: string; version: number; revision: number; hash: bigint }

export const hash64 = (bytes: Uint8Array | string): bigint => xxh64(bytes)

/** A delete has no content; its key carries the hash of no bytes. */
export const hashOfNothing = hash64('')

/** `order.v1/shopify:1001@1711381853000000.0#7f3a…`: readable, and the same whoever computes it. */
export const effectKey = ({ model, entity, version, revision, hash }: EffectKey): string =>
  `${model}/${entity}@${exactVersion(version)}.${revision}#${hash.toString(16).padStart(16, '0')}`

export function parseEffectKey(key: string): EffectKey {
  const parts = /^([a-z0-9-]+\.v\d+)\/(.+)@(-?\d+)\.(\d+)#([0-9a-f]{16})$/s.exec(key)
  if (parts === null) throw new Refused('record.not-a-key', 'model/entity@version.revision#hash', key)
  const [, model, entity, version, revision, hash] = parts as unknown as [string, ModelName, string, string, string, string]
  return { model, entity, version: exactVersion(Number(version)), revision: Number(revision), hash: BigInt(`0x${hash}`) }
}

/** A version that a number holds exactly. Beyond 2^53 neighbours would become equal, and a newer state look like the old one. */
export function exactVersion(version: number): number {
  if (!Number.isInteger(version) || version > largest || version < -(2 ** 52)) throw new Refused('value.version-not-exact', 'a whole number below 2^53', version)
  return version
}

/** The version within an epoch. A source restored from a backup counts again from an older number: its card's epoch lifts what comes after. */
export function versionIn(epoch: number, version: number): number {
  if (epoch === 0) return exactVersion(version)
  if (version < 0 || exactVersion(version) >= epochSize) throw new Refused('value.version-not-exact', 'a whole number below 2^51, as the source has an epoch', version)
  return epoch * epochSize + version
}
export const epochSize = 2 ** 51
/** 2^51 microseconds reach to 2041, and four epochs fit below 2^53. */
export const lastEpoch = 3

/** Every target keeps entities in an index; PostgreSQL's holds 2,704 bytes. */
const longestEntity = 500

/** The entity, `<id space>:<id>`: two systems' order 1001 never meet by accident. */
export function checkedEntity(entity: string): string {
  const colon = entity.indexOf(':')
  if (colon < 1 || colon === entity.length - 1 || !entity.isWellFormed() || hasControl(entity)) throw new Refused('value.not-entity', 'an id space, a colon and an id', entity)
  if (entity.length > longestEntity) throw new Refused('value.not-entity', `at most ${longestEntity} characters`, entity)
  return entity
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) { const code = text.charCodeAt(at); if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true }
  return false
}

/** Sum of 64-bit hashes modulo 2^64: equal for equal sets, in whatever order they are read. */
export class HashSum {
  #sum = 0n
  add(hash: bigint): void { this.#sum = BigInt.asUintN(64, this.#sum + hash) }
  get value(): bigint { return this.#sum }
  /** Eight bytes, big endian, as receipts carry it. */
  bytes(): Buffer { const bytes = Buffer.allocUnsafe(8); bytes.writeBigUInt64BE(this.#sum); return bytes }
  static of(bytes: Buffer): bigint { return bytes.readBigUInt64BE() }
}
