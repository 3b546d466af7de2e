import { Environment, Transient } from '../failure.ts'

interface DriverError { kind?: string; originalCode?: string; originalMessage?: string }

const brokenConnection = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|(connect|read|write) E[A-Z]+)/

/** What an error of the ledger means: a conflict passes by itself, the surroundings need a person or time. Anything else is left as it is. */
export function ledgerFailure(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  // The driver says this without any code, and Prisma hands it through.
  if (brokenConnection.test(error.message)) return new Environment('ledger.unreachable', error.message, { cause: error })
  if (error.name !== 'PrismaClientKnownRequestError') return error
  const { code = '', meta } = error as { code?: string; meta?: { driverAdapterError?: { cause?: DriverError } } }
  const { kind, originalCode: state = '', originalMessage } = meta?.driverAdapterError?.cause ?? {}
  const says = originalMessage ?? error.message.split('\n').at(-1) ?? error.message
  if (['40001', '40P01', '55P03'].includes(state)) return new Transient('ledger.conflict', says, { cause: error })
  if (['42P01', '42703'].includes(state) || kind === 'TableDoesNotExist' || kind === 'ColumnNotFound') return new Environment('ledger.no_tables', says, { cause: error })
  const away = /^(?:08|28|3D|53|57)/.test(state) || /^P10\d\d$/.test(code) || code === 'P2024' || code === 'P2028' || (kind !== undefined && state === '')
  return away ? new Environment('ledger.unreachable', says, { cause: error }) : error
}
