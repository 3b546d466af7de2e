import 'reflect-metadata'
import { run } from '../runtime/start.ts'
import { openTranslator, translatorSettings } from './translator.module.ts'

await run('translator', translatorSettings, openTranslator)
