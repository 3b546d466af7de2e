import { Type } from 'typebox'

/** Such a value, or null, with what it is. */
export const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T, description: string) => Type.Union([schema, Type.Null()], { description })
