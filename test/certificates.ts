import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** A certificate with its key, as PEM texts. */
export interface Certificate { readonly cert: string; readonly key: string }

/** An authority of a test's own, which signs certificates for servers and clients; no tool has to be there. */
export class Authority {
  readonly cert: string
  readonly #name: string
  readonly #key: KeyObject

  constructor(name: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    this.#name = name
    this.#key = privateKey
    this.cert = this.#signed(name, publicKey, [extension('551d13', sequence(tagged(0x01, Buffer.from([255]))))])
  }

  /** For a server that answers at the loopback, or under other addresses; a client's is the same. */
  issue(name: string, { addresses = ['127.0.0.1'], hours = 24 }: { addresses?: readonly string[]; hours?: number } = {}): Certificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const names = addresses.map((it) => (/^[\d.]+$/.test(it) ? tagged(0x87, Buffer.from(it.split('.').map(Number))) : tagged(0x82, Buffer.from(it))))
    const cert = this.#signed(name, publicKey, [extension('551d11', sequence(...names))], hours)
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
  }

  #signed(name: string, key: KeyObject, extensions: readonly Buffer[], hours = 24): string {
    const from = new Date(Date.now() - 48 * 3_600_000), to = new Date(Date.now() + hours * 3_600_000)
    const algorithm = sequence(tagged(0x06, Buffer.from('2a8648ce3d040302', 'hex')))
    const serial = randomBytes(8)
    serial[0] = 1
    const content = sequence(
      tagged(0xa0, tagged(0x02, Buffer.from([2]))), tagged(0x02, serial), algorithm, common(this.#name), sequence(time(from), time(to)), common(name),
      key.export({ type: 'spki', format: 'der' }), tagged(0xa3, sequence(...extensions)),
    )
    const whole = sequence(content, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, this.#key)])))
    return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
  }
}

// X.509 in DER, as far as a certificate needs it.
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: readonly Buffer[]) => tagged(0x30, Buffer.concat(parts))
const common = (name: string) => sequence(tagged(0x31, sequence(tagged(0x06, Buffer.from('550403', 'hex')), tagged(0x0c, Buffer.from(name)))))
const time = (at: Date) => tagged(0x17, Buffer.from(`${at.toISOString().replaceAll(/\D/g, '').slice(2, 14)}Z`))
const extension = (id: string, value: Buffer) => sequence(tagged(0x06, Buffer.from(id, 'hex')), tagged(0x04, value))
