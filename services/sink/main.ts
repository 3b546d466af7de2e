import 'reflect-metadata'
import { run } from '../runtime/start.ts'
import { openSink, sinkSettings } from './sink.module.ts'

await run('sink', sinkSettings, openSink)
