import { ofTarget, optional, text, url, wholeNumber } from '../../../runtime/settings.ts'
import { openPool } from '../postgres-pool.ts'
import { targetProgram } from '../target.ts'
import card from './card.ts'
import { CrmHttp } from './crm-http.ts'
import mapping from './mapping.ts'
import { Sender } from './sender.ts'

const settings = {
  url: ofTarget(card.name, 'url', { says: 'Where the CRM\'s API is.', read: url }),
  state: ofTarget(card.name, 'state-url', { says: 'PostgreSQL database in which this sink keeps position, claims and outcomes.', secret: true, read: url }),
  token: ofTarget(card.name, 'token', { says: 'Bearer token for the API. Empty: none is sent.', fallback: '', secret: true, read: optional(text) }),
  timeoutMs: ofTarget(card.name, 'timeout-ms', { says: 'How long one request may take.', fallback: '5000', read: wholeNumber }),
  patienceMs: ofTarget(card.name, 'patience-ms', { says: 'How long one effect is tried before its partition is tried anew.', fallback: '20000', read: wholeNumber }),
  connections: ofTarget(card.name, 'connections', { says: 'Most connections to the state database at once.', fallback: '4', read: wholeNumber }),
}

export default targetProgram({
  settings, mapping,
  make: (values) => {
    const atOnce = card.limits?.atOnce ?? 8
    const sender = new Sender({ url: values.url, token: values.token, atOnce, timeoutMs: values.timeoutMs, patienceMs: values.patienceMs })
    return new CrmHttp({ name: card.name, state: openPool(values.state, values.connections), sender, resources: mapping.filter((it) => card.models.includes(it.model)), atOnce, history: card.history })
  },
})
