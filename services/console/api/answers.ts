import { applyDecorators, createParamDecorator, type ExecutionContext, Get, HttpCode, HttpException, Post, SetMetadata } from '@nestjs/common'
import { Compile } from 'typebox/compile'
import { trouble } from '../trouble.ts'
import type { Route } from './routes.ts'

export const routeKey = 'tributary:route'

/** Serves one of the API's routes. */
export const Answers = (route: Route): MethodDecorator => applyDecorators(route.body ? Post(route.path) : Get(route.path), HttpCode(200), SetMetadata(routeKey, route))

/** What the request brings, as the route describes it: its query, or its body. What does not fit is answered with what is wrong. */
export const Given = createParamDecorator((_: unknown, context: ExecutionContext): unknown => {
  const { body: wanted, query } = Reflect.getMetadata(routeKey, context.getHandler()) as Route
  const request = context.switchToHttp().getRequest<{ body: unknown; query: unknown }>()
  const schema = wanted ?? query!, check = checks.get(schema) ?? Compile(schema), given = wanted ? request.body : { ...request.query as object }
  checks.set(schema, check)
  if (check.Check(given)) return given
  const [first] = check.Errors(given)
  throw new HttpException(trouble('console.not_understood', first === undefined ? 'the request does not fit' : `${first.instancePath === '' ? 'the request' : first.instancePath.slice(1)} ${first.message}`), 400)
})
const checks = new WeakMap<object, ReturnType<typeof Compile>>()

/** Whether who asks may see original bytes. */
export const MayReadRaw = createParamDecorator((_: unknown, context: ExecutionContext): boolean => context.switchToHttp().getRequest<{ mayReadRaw?: boolean }>().mayReadRaw === true)
