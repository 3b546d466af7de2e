import { expect, test } from 'vitest'
import { masked } from './masked.ts'

test('no secret of an address is shown', () => {
  expect(masked('postgresql://hub:geheim@db:5432/ledger?sslmode=require&password=geheim')).toBe('postgresql://hub:***@db:5432/ledger?sslmode=require&password=***')
  expect(masked('https://api.example/v1?api_key=geheim')).toBe('https://api.example/v1?api_key=***')
  expect(masked('user:geheim@broker:9092')).toBe('***')
})

test('what is no secret stays readable', () => {
  expect(masked('127.0.0.1:9092,127.0.0.1:9093')).toBe('127.0.0.1:9092,127.0.0.1:9093')
  expect(masked('http://127.0.0.1:8080/apis/ccompat/v7')).toBe('http://127.0.0.1:8080/apis/ccompat/v7')
})
