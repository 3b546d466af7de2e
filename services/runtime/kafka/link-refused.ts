import { Environment } from '../failure.ts'
import { codes, ConnectionLost, KafkaError } from './errors.ts'

const unknownAuthority = new Set(['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'])
const wrongTime = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'])

/** Why a link could not be opened, with what to do about it; what may pass by itself stays a lost connection. */
export function linkRefused(error: unknown, to: string): Error {
  const doing = `connecting to ${to}`, { name, message, code } = described(error)
  if (/SASLAuth|ServerDoesNotSupport/.test(name)) return new KafkaError(codes.SASL_AUTHENTICATION_FAILED, doing, message)
  if (code === codes.ILLEGAL_SASL_STATE) return new KafkaError(codes.ILLEGAL_SASL_STATE, doing, 'nobody logs in at this port: name the port of a SASL listener in HUB_KAFKA_BROKERS, or leave HUB_KAFKA_SASL_MECHANISM empty')
  if (typeof code === 'string') {
    if (unknownAuthority.has(code)) return refused(to, `nobody here knows the authority that signed the broker's certificate (${code}). Set HUB_KAFKA_TLS_CA to the certificate of that authority`)
    if (wrongTime.has(code)) return refused(to, `the broker's certificate is not valid now (${code}). Renew it, or set the clock of this machine right`)
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return refused(to, 'the broker\'s certificate is for other addresses. Use one of its addresses in HUB_KAFKA_BROKERS and in the broker\'s advertised.listeners')
    // The broker's own words: CERTIFICATE_REQUIRED, CERTIFICATE_UNKNOWN, UNKNOWN_CA, HANDSHAKE_FAILURE, …
    if (/^ERR_SSL_.*ALERT/.test(code)) return refused(to, `the broker refuses our certificate, or asks for one (${code}). Set HUB_KAFKA_TLS_CERT and HUB_KAFKA_TLS_KEY to a pair that the broker's authority has signed`)
    if (code.startsWith('ERR_SSL_')) return refused(to, `TLS is not spoken there as it is here (${code}). See that this port is one for TLS`)
  }
  if (code === 'ECONNRESET' && message.includes('before secure TLS')) return new ConnectionLost(doing, new Error('closed before TLS was agreed upon; where that stays, the port speaks no TLS, and HUB_KAFKA_TLS is not to be true'))
  if (name === 'KafkaJSConnectionClosedError') return new ConnectionLost(doing, new Error('closed before the first answer; where that stays, the port speaks TLS, and HUB_KAFKA_TLS is to be true'))
  return new ConnectionLost(doing, error)
}

const refused = (to: string, why: string) => new Environment('kafka.tls_refused', `TLS with ${to}: ${why}`)
function described(error: unknown): { name: string; message: string; code: unknown } {
  if (!(error instanceof Error)) return { name: '', message: String(error), code: undefined }
  return { name: error.name, message: error.message, code: 'code' in error ? error.code : undefined }
}
