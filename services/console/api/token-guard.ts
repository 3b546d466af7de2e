import { createHash, timingSafeEqual } from 'node:crypto'
import { type CanActivate, type ExecutionContext, HttpException, Injectable } from '@nestjs/common'
import { trouble } from '../trouble.ts'
import { routeKey } from './answers.ts'
import type { Route } from './routes.ts'

/** Lets in who knows a token; one of the two lets read original bytes too. All are hashed before they are compared, so that neither length nor content shows in the time it takes. */
@Injectable()
export class TokenGuard implements CanActivate {
  readonly #wanted: Buffer
  readonly #raw: Buffer | null
  constructor(token: string, rawToken: string | null = null) {
    this.#wanted = digest(token)
    this.#raw = rawToken === null ? null : digest(rawToken)
  }

  canActivate(context: ExecutionContext): boolean {
    const route = Reflect.getMetadata(routeKey, context.getHandler()) as Route | undefined
    if (route?.open) return true
    const request = context.switchToHttp().getRequest<{ headers: { authorization?: string }; mayReadRaw?: boolean }>(), { headers } = request
    const [, given] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
    if (given === undefined) throw new HttpException(trouble('console.no_token', 'the request has no header Authorization: Bearer …'), 401)
    request.mayReadRaw = this.#raw !== null && timingSafeEqual(digest(given), this.#raw)
    if (!timingSafeEqual(digest(given), this.#wanted) && !request.mayReadRaw) throw new HttpException(trouble('console.wrong_token', 'the bearer token is another one'), 401)
    return true
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()
