import { applyDecorators, Get, SetMetadata } from '@nestjs/common'
import type { Route } from './routes.ts'

export const routeKey = 'tributary:route'

/** Serves one of the API's routes. */
export const Answers = (route: Route): MethodDecorator => applyDecorators(Get(route.path), SetMetadata(routeKey, route))
