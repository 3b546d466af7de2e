import { type DynamicModule, Module } from '@nestjs/common'
import { APP_FILTER, APP_GUARD } from '@nestjs/core'
import { Api, Knowledge } from './api.ts'
import { TokenGuard } from './token-guard.ts'
import { TroubleFilter } from './trouble-filter.ts'

@Module({})
export class ApiModule {
  static of(knowledge: Knowledge, token: string, rawToken: string | null = null): DynamicModule {
    return {
      module: ApiModule, controllers: [Api],
      providers: [{ provide: Knowledge, useValue: knowledge }, { provide: APP_GUARD, useValue: new TokenGuard(token, rawToken) }, { provide: APP_FILTER, useClass: TroubleFilter }],
    }
  }
}
