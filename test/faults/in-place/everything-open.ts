// In the place of the open rejections: takes whatever comes on the redrive topic.
import { OpenRejections as Real, type OpenRejection } from '../../../services/translator/open-rejections.ts'
export * from '../../../services/translator/open-rejections.ts'

export class OpenRejections extends Real {
  override get(rejection: string): OpenRejection { return super.get(rejection) ?? { attempt: 1, code: 'value.not-one-of' } }
}
