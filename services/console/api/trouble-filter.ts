import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common'
import { Compile } from 'typebox/compile'
import { events } from '../../runtime/events.ts'
import { trouble } from '../trouble.ts'
import { Trouble } from './status.schema.ts'

const isTrouble = Compile(Trouble)

/** Every error leaves the API as code, meaning and what to do. */
@Catch()
export class TroubleFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    const response = http.getResponse<{ status(code: number): { json(body: unknown): void } }>()
    const { method, path } = http.getRequest<{ method: string; path: string }>()
    if (error instanceof HttpException) {
      const body = error.getResponse()
      response.status(error.getStatus()).json(isTrouble.Check(body) ? body : trouble('console.not_found', `${method} ${path}`))
      return
    }
    events.requestFailed('console', `${method} ${path}`, error instanceof Error ? error : new Error(String(error)))
    response.status(500).json(trouble('console.failed', `${method} ${path}`))
  }
}
