import { createHash, timingSafeEqual } from 'node:crypto'
import { type CanActivate, type ExecutionContext, HttpException, Injectable } from '@nestjs/common'
import { trouble } from '../trouble.ts'
import { routeKey } from './answers.ts'
import type { Route } from './routes.ts'

/** Lets in who knows the token. Both are hashed before they are compared, so that neither length nor content shows in the time it takes. */
@Injectable()
export class TokenGuard implements CanActivate {
  readonly #wanted: Buffer
  constructor(token: string) { this.#wanted = digest(token) }

  canActivate(context: ExecutionContext): boolean {
    const route = Reflect.getMetadata(routeKey, context.getHandler()) as Route | undefined
    if (route?.open) return true
    const { headers } = context.switchToHttp().getRequest<{ headers: { authorization?: string } }>()
    const [, given] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
    if (given === undefined) throw new HttpException(trouble('console.no_token', 'the request has no header Authorization: Bearer …'), 401)
    if (!timingSafeEqual(digest(given), this.#wanted)) throw new HttpException(trouble('console.wrong_token', 'the bearer token is another one'), 401)
    return true
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()
