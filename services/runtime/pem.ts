import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A setting that is PEM text, or the path of a file with it: a secret is mounted as either. */
function pemOf(value: string): string {
  if (value.includes('-----BEGIN ')) return value
  try { return readFileSync(value, 'utf8') } catch (error) {
    throw new Error(`expected PEM text or the path of a PEM file (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`, { cause: error })
  }
}

function parsed<T>(parse: () => T): T | null {
  try { return parse() } catch { return null }
}

/** One or more certificates. */
export function certificates(value: string): string {
  const pem = pemOf(value)
  if (parsed(() => new X509Certificate(pem)) === null) throw new Error('expected a certificate in PEM')
  return pem
}

export function privateKey(value: string): string {
  const pem = pemOf(value)
  if (parsed(() => createPrivateKey(pem)) === null) throw new Error('expected a private key in PEM, without a passphrase')
  return pem
}

/** Whether the key is the certificate's own. */
export const belongTogether = (cert: string, key: string): boolean => new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
