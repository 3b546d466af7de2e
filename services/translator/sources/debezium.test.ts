import { expect, test } from 'vitest'
import { Exact } from '../../../canonical/exact.ts'
import { committed, position } from './debezium.ts'

const at = position.get
const binlog = (file: string, pos: number) => at('mysql', null, file, pos, null, 1)

test('positions rise with the log: over files, and within one', () => {
  const places = [binlog('mysql-bin.000003', 154), binlog('mysql-bin.000003', 2 ** 32 - 1), binlog('mysql-bin.000004', 4), binlog('mysql-bin.1000000', 0)]
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(new Set(places).size).toBe(4)
  expect(places.every(Number.isSafeInteger)).toBe(true)
})
test('a position that a version cannot hold is refused, not cut', () => {
  for (const broken of [() => binlog('mysql-bin.2097152', 4), () => binlog('mysql-bin.000003', 2 ** 32), () => binlog('mysql-bin', 4), () => at('postgresql', new Exact('9223372036854775807'), null, null, null, 1)]) expect(broken).toThrow('value.not-position')
})
test('a time never stands in for the position of a database that has positions', () => {
  for (const connector of ['postgresql', 'mysql', 'mariadb', null, undefined]) expect(() => at(connector, null, null, null, 1718736072114905, 1718736072114)).toThrow('value.missing')
  expect(at('sqlserver', null, null, null, 1718736072114905, 1718736072114)).toBe(1718736072114905)
  expect(at('oracle', undefined, undefined, undefined, undefined, 1718736072114)).toBe(1718736072114000)
})
test('the time of the commit is the database\'s; where it is 0 or missing, that of the connector', () => {
  expect([committed.get(1718736072114905, 1718736072114, 1), committed.get(0, 1718736072114, 1), committed.get(undefined, 0, 1718736072480), committed.get(null, null, 1718736072480)]).toEqual([1718736072114905, 1718736072114000, 1718736072480000, 1718736072480000])
  expect(() => committed.get(0, 0, null)).toThrow('value.missing')
})
