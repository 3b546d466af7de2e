import { ofTarget, optional, text, url, wholeNumber } from '../../../runtime/settings.ts'
import { targetAudit } from '../audit.ts'
import { AuditDatabase, standOf } from '../audit-database.ts'
import { RowBytes } from '../row-bytes.ts'
import card from './card.ts'
import { CrmReader } from './crm-reader.ts'
import { CrmSnapshot } from './crm-snapshot.ts'
import { itemTables, wantedRows } from './item-rows.ts'
import mapping from './mapping.ts'

const settings = {
  url: ofTarget(card.name, 'url', { says: 'Where the CRM\'s API is, to be audited. Empty: it is not audited.', fallback: '', read: optional(url) }),
  state: ofTarget(card.name, 'state-url', { says: 'State database of the CRM\'s sink, to know what is on its way. Empty: the CRM is not audited.', fallback: '', secret: true, read: optional(url) }),
  token: ofTarget(card.name, 'token', { says: 'Bearer token for the API. Empty: none is sent.', fallback: '', secret: true, read: optional(text) }),
  perSecond: ofTarget(card.name, 'audit-per-second', { says: 'Most requests a second that an audit makes: pages of 500 items, and single ones that seem to differ.', fallback: '20', read: wholeNumber }),
}

export default targetAudit({
  settings,
  open: ({ url: api, state, token, perSecond }) => {
    if (api === null || state === null) return null
    const database = new AuditDatabase(state), reader = new CrmReader({ url: api, token, perSecond: Math.max(1, perSecond), timeoutMs: 10_000 })
    return {
      of: (model, topic) => {
        const resource = mapping.find((it) => it.model === model)
        if (resource === undefined) throw new Error(`${card.name} has no collection for ${model}`)
        return {
          tables: itemTables(resource), rowsOf: wantedRows(resource, new RowBytes()),
          stand: () => database.read('read committed', (client) => standOf(client, card.name, topic)),
          snapshot: (work) => database.read('repeatable read', async (client) => work(new CrmSnapshot({
            target: card.name, resource, reader, row: new RowBytes(), before: client, now: database.pool, stand: await standOf(client, card.name, topic),
          }))),
        }
      },
      close: async () => { await Promise.all([database.close(), reader.close()]) },
    }
  },
})
