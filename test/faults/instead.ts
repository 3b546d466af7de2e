// Given to a program with --import: puts modules of the tests in the place of the product's. The product knows nothing of it.
// TEST_INSTEAD="services/runtime/kafka/transaction.js=test/faults/in-place/stepping-transaction.js", several separated by commas.
import { registerHooks } from 'node:module'

const root = new URL('../../', import.meta.url)
const swaps = (process.env.TEST_INSTEAD ?? '').split(',').filter((it) => it !== '').map((it) => {
  const [original, replacement] = it.split('=') as [string, string]
  return { original: new URL(original, root).href, replacement: new URL(replacement, root).href }
})

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const swap = swaps.find((it) => it.original === found.url)
    // The replacement itself may import what it replaces.
    return swap === undefined || context.parentURL === swap.replacement ? found : { ...found, url: swap.replacement }
  },
})
