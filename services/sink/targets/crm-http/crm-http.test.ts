import { expect, test } from 'vitest'
import { openPool } from '../postgres-pool.ts'
import { CrmHttp } from './crm-http.ts'
import mapping from './mapping.ts'
import { resource } from './resources.ts'
import { Sender } from './sender.ts'

const fed = (resources: typeof mapping) => new CrmHttp({ name: 'crm-http', state: openPool('postgres://nobody@127.0.0.1:1/none', 1), sender: new Sender({ url: 'http://127.0.0.1:1', token: null, atOnce: 1, timeoutMs: 1, patienceMs: 1 }), resources, atOnce: 1, history: false })

test('a model whose every record counts is refused before anything of it is sent', () => {
  const payments = resource('payment.v1', { collection: 'payments', says: 'Payments.', fields: { id: { says: 'Its number.', from: 'id', get: (id) => id } } })
  expect(() => fed([...mapping, payments])).toThrow(/cannot be fed with payment\.v1: every record of it counts/)
  expect(() => fed(mapping)).not.toThrow()
})
