// The main job, end to end: a management server, a service under traffic, and the bug in it found by asking.
//
//   npm run demo             leaves everything running, with commands to try, until Ctrl-C
//   npm run demo -- --once   ends by itself; the exit code is 0 only if all that was shown really happened
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { investigate, say, until } from './demo/investigation.mjs'
import { createLightrun } from './demo/lightrun.mjs'
import { createProcesses } from './demo/processes.mjs'
import { startServer } from './demo/server.mjs'
import { placeOf } from './demo/shop-lines.mjs'

const { values: flags } = parseArgs({ options: { once: { type: 'boolean' } } })
const root = fileURLToPath(new URL('..', import.meta.url))
const shopFolder = join(root, 'examples/shop')
const START_MS = 60_000
/** Requests a second: orders above the limit come about once a second, and two cores have room to spare. */
const RATE = 120

const processes = createProcesses()
const folder = mkdtempSync(join(tmpdir(), 'lightrun-demo-'))
// The last resort, whatever happens: nothing can be waited for any more.
process.on('exit', () => {
  processes.killAll()
  rmSync(folder, { recursive: true, force: true })
})
const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(signal))
})

let finished = false
try {
  await Promise.race([demo(), interrupted])
} catch (error) {
  console.error(`\nThe demo failed: ${error.message}`)
  process.exitCode = 1
} finally {
  await processes.stopAll()
}
process.exit(process.exitCode ?? (finished ? 0 : 130))

async function demo() {
  say('Building what is not up to date.')
  const build = spawn(process.execPath, [join(root, 'scripts/build.mjs'), '--js'], { stdio: 'inherit' })
  const [code] = await once(build, 'exit')
  if (code !== 0) throw new Error('the build failed')

  say('Starting lightrun-server on an embedded database in a temporary directory, and the shop with the SDK preloaded.')
  const { url: server, apiKey, lightrunSecret } = await startServer(processes, folder)
  const env = { LIGHTRUN_SERVER: server, LIGHTRUN_API_KEY: apiKey }
  const lightrun = createLightrun(env)
  const shop = await startShop({ server, lightrunSecret })
  const traffic = startTraffic(shop)
  await until('the shop to connect', async () => {
    const [agents] = await lightrun.json('agents')
    return agents.some((agent) => agent.displayName === 'shop' && agent.connected)
  })

  const investigation = investigate({
    lightrun,
    report: async () => (await fetch(new URL('/reports/discounts', shop))).json(),
    traffic: {
      pause: () => traffic.stop(),
      run: () => runTraffic(shop, ['--requests', '1200', '--rate', '300', '--seed', '2']),
    },
  })
  await Promise.race([investigation, processes.failed])
  finished = true
  if (flags.once) return say('Everything shown above was checked, and happened.')

  startTraffic(shop)
  invite(env, shop)
  await processes.failed
}

async function startShop({ server, lightrunSecret }) {
  const shop = processes.start(
    'the shop',
    [process.execPath, '--import', '@lightrun/sdk-node/register', 'dist/server.js'],
    {
      cwd: shopFolder,
      env: {
        PORT: '0',
        LIGHTRUN_SECRET: lightrunSecret,
        LIGHTRUN_API_ENDPOINT: server,
        LIGHTRUN_DISPLAY_NAME: 'shop',
      },
    },
  )
  const [, url] = await shop.line(/^shop listening on (http\S+)$/, START_MS)
  return url
}

function startTraffic(shop, args = ['--rate', String(RATE)]) {
  return processes.start('the traffic', [process.execPath, 'dist/traffic.js', '--url', shop, ...args], {
    cwd: shopFolder,
  })
}

/** Traffic with an end; resolves with its summary. */
async function runTraffic(shop, args) {
  const traffic = startTraffic(shop, args)
  const [summary] = await traffic.line(/^\{.*\}$/, START_MS)
  await traffic.stop()
  return JSON.parse(summary)
}

function invite(env, shop) {
  const shipping = placeOf('src/inventory.ts', 'level.onHand -= line.quantity')
  const checkout = placeOf('src/checkout.ts', 'carts.remove(cart.id)')
  say(`The shop goes on at ${shop}, until you press Ctrl-C. In another terminal, in this directory:

  export LIGHTRUN_SERVER=${env.LIGHTRUN_SERVER}
  export LIGHTRUN_API_KEY=${env.LIGHTRUN_API_KEY}

  npx lightrun log shop ${checkout} '{customer.name} paid {quote.total}' --expire 10m
  npx lightrun tail
  npx lightrun snapshot shop ${shipping} --condition 'line.quantity > 4' --watch line.product.name
  npx lightrun counter shop ${checkout} gold --condition 'customer.tier === "gold"'
  npx lightrun actions`)
}
