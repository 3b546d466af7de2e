import { expect, test } from 'vitest'
import { heldPrograms } from '../../sink/targets/held.generated.ts'
import { Holdings } from './holdings.ts'

test('a target that nobody told of, or that does not answer, is unknown with the reason, and asked once', async () => {
  await using holdings = new Holdings(heldPrograms, { HUB_TARGET_WAREHOUSE_POSTGRES_URL: 'postgres://somebody:secret@127.0.0.1:1/none' })
  const away = await holdings.of('warehouse-postgres', 'order.v1', ['a:1'])
  expect(away).toEqual({ lack: 'it does not answer (ECONNREFUSED).' })
  expect(await holdings.of('warehouse-postgres', 'payment.v1', ['a:2'])).toEqual(away)
  expect(await holdings.of('crm-http', 'order.v1', ['a:1'])).toEqual({ lack: 'the console was not told where it is (HUB_TARGET_CRM_HTTP_STATE_URL).' })
  expect(await holdings.of('gone', 'order.v1', ['a:1'])).toMatchObject({ lack: expect.stringContaining('nobody') as string })
})
