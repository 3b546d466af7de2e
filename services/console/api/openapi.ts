import { ErrorAnswer, routes, type Route } from './routes.ts'

/** The OpenAPI 3.1 document. A TypeBox schema is a JSON Schema, which is what 3.1 takes: the routes are described by what they are made of. */
export function openApi(): object {
  const all: readonly Route[] = Object.values(routes)
  return {
    openapi: '3.1.0',
    info: { title: 'Tributary console', version: '1', description: 'What the hub\'s routes are doing, what they promise, what they refused, and what may be done about it.' },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries([...all.map((route) => [route.name, plain(route.answer)]), ['Error', plain(ErrorAnswer)]]),
    },
    paths: Object.fromEntries(all.map((route) => [route.path, { [route.body ? 'post' : 'get']: {
      operationId: route.name, summary: route.says, security: route.open ? [] : [{ token: [] }],
      ...(route.query ? { parameters: Object.entries(route.query.properties).map(([name, schema]) => ({ name, in: 'query', required: route.query!.required?.includes(name) ?? false, schema: plain(schema) })) } : {}),
      ...(route.body ? { requestBody: { required: true, content: json(plain(route.body)) } } : {}),
      responses: {
        200: { description: route.says, content: json(ref(route.name)) }, ...(route.query ?? route.body ? { 400: error('The request does not fit.') } : {}),
        ...(route.open ? {} : { 401: error('The token is missing or wrong.') }), 500: error('The console met an error.'),
      },
    } }])),
  }
}

const json = (schema: object) => ({ 'application/json': { schema } })
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const error = (description: string) => ({ description, content: json(ref('Error')) })
// Without what TypeBox keeps in non-enumerable properties.
const plain = (schema: object): object => JSON.parse(JSON.stringify(schema)) as object
