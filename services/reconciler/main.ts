import 'reflect-metadata'
import { run } from '../runtime/start.ts'
import { openReconciler } from './reconciler.module.ts'
import { reconcilerSettings } from './settings.ts'

await run('reconciler', reconcilerSettings, openReconciler)
