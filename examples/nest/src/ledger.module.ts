import { Module } from '@nestjs/common'
import { APP_INTERCEPTOR } from '@nestjs/core'
import { EntriesController } from './entries.controller.js'
import { EntriesService } from './entries.service.js'
import { EnvelopeInterceptor } from './envelope.interceptor.js'

@Module({
  controllers: [EntriesController],
  providers: [EntriesService, { provide: APP_INTERCEPTOR, useClass: EnvelopeInterceptor }],
})
export class LedgerModule {}
