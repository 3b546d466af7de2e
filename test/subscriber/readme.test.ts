import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelCards } from '../../canonical/cards/index.generated.ts'
import { project } from '../../deploy/local/project.ts'

const readme = readFileSync(join(project, 'schemas/README.md'), 'utf8')
const files = { python: 'subscribe.py', java: 'Subscribe.java', ts: 'subscribe.ts' }

test('what schemas/README.md shows is code that the subscribers here run', () => {
  for (const [language, file] of Object.entries(files)) {
    const code = readFileSync(join(import.meta.dirname, file), 'utf8')
    const snippets = [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, snippet]) => snippet!)
    expect(snippets.length, language).toBeGreaterThan(0)
    for (const snippet of snippets) expect(code).toContain(snippet)
  }
})

test('schemas/README.md lists every model, in the words of its card', () => {
  for (const { model, says } of Object.values(modelCards)) expect(readme).toContain(`| \`canonical.${model}\` | ${says} |`)
})
