import { crmApi } from './api.ts'
import { Store } from './store.ts'

// The sample CRM: CRM_PORT (0: a free one), CRM_DATA (folder that keeps it over a restart).
const { CRM_PORT = '0', CRM_DATA = '.hub/crm' } = process.env
const store = new Store(CRM_DATA, ['customers', 'orders'])
const server = crmApi(store)
server.listen(Number(CRM_PORT), '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : CRM_PORT
  console.log(JSON.stringify({ event: 'crm.ready', url: `http://127.0.0.1:${port}`, effects: store.effects.length }))
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { server.close(); server.closeAllConnections(); store.close(); process.exit(0) })
