import 'reflect-metadata'
import { NestFactory } from '@nestjs/core'
import { LedgerModule } from './ledger.module.js'

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(LedgerModule, { logger: ['error', 'warn'] })
  app.enableShutdownHooks()
  await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
  console.log(`listening on ${await app.getUrl()}`)
}

void bootstrap()
