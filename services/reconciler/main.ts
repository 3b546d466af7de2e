import 'reflect-metadata'
import { run } from '../runtime/start.ts'
import { openReconciler, reconcilerSettings } from './reconciler.module.ts'

await run('reconciler', reconcilerSettings, openReconciler)
