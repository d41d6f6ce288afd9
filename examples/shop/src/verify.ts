import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DiscountReport } from './orders.ts'
import { runTraffic } from './traffic/run-traffic.ts'

// The shop without the SDK: it is healthy, and its bug shows in some orders but not in most.
const shop = spawn(process.execPath, [fileURLToPath(new URL('server.js', import.meta.url))], {
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const [line] = (await once(createInterface(shop.stdout), 'line')) as [string]
  const url = line.replace('shop listening on ', '')
  const read = async (path: string): Promise<unknown> => (await fetch(new URL(path, url))).json()

  assert.deepEqual(await read('/health'), { status: 'ok' })
  const summary = await runTraffic({ url, rate: 500, requests: 1_500 })
  const report = (await read('/reports/discounts')) as DiscountReport

  assert.equal(summary.failed, 0, 'every request was answered')
  assert.equal(report.orders, summary.orders, 'the report counts the orders that the customers placed')
  assert.equal(report.overLimit, summary.overLimit, 'the report agrees with the receipts')
  assert.ok(report.overLimit > 0, 'some orders are charged too little')
  assert.ok(report.overLimit < report.orders / 4, 'most orders are right')
  console.log(
    `healthy; ${report.overLimit} of ${report.orders} orders got more than ${report.limitPercent} %, at most ${report.deepestPercent} %`,
  )
} finally {
  shop.kill()
  await once(shop, 'exit')
}
