import 'reflect-metadata'
import { run } from '../runtime/start.ts'
import { openConsole } from './open-console.ts'
import { consoleSettings } from './settings.ts'

await run('console', consoleSettings, openConsole)
