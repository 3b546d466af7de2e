// In the place of a target's open rejections: none is ever closed.
import type { PoolClient } from 'pg'
import { OpenRejections as Real } from '../../../services/sink/targets/open-rejections.ts'
import type { Account } from '../../../services/sink/targets/target.ts'
export * from '../../../services/sink/targets/open-rejections.ts'

export class OpenRejections extends Real {
  override change(client: PoolClient, { of, letters, opened }: Account): Promise<void> { return super.change(client, { of, letters, opened, closed: [] }) }
}
